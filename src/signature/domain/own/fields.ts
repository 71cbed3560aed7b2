import { z } from 'zod';

/** The unit of a time. */
export const unit = choice(['seconds', 'milliseconds', 'iso8601']);

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `must be one of ${words.join(', ')}` });
}

/** An object with these fields and no others. */
export function fields<T extends z.ZodRawShape>(shape: T) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    // Of an unknown one only which there are: who makes the messages names it.
    error: ({ code }) => (code === 'unrecognized_keys' ? names : `must be an object with ${names}`),
  });
}

/** An object that has exactly one of some fields. */
export function oneOf<T extends z.ZodRawShape>(shape: T, names: readonly string[]) {
  return fields(shape).refine((value) => names.filter((name) => Object.hasOwn(value, name)).length === 1, {
    error: `must have one of ${names.join(', ')}, and no two of them`,
    // Also where something else is wrong: all of it is told at once.
    when: ({ value }) => typeof value === 'object' && value !== null,
  });
}
