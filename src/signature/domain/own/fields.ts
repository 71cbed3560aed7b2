import { z } from 'zod';

const MOST_TEXT = 100;
const LONGEST_POINTER = 500;

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 6901; the empty one, which means the whole body, leads to no field. */
const POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;
/** What a header can have in it and not lose at its ends. */
const VISIBLE = /^[\x21-\x7e][\x20-\x7e]*$/;

/** Headers that are about the connection, or that servers and proxies write anew; what a provider says is in others. */
const RESERVED: readonly string[] = [
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const TAKES_HEADER = `must be the name of a header, X-Acme-Signature say, of at most ${MOST_TEXT} characters`;
const TAKES_FREE_HEADER = `must not be ${RESERVED.join(', ')}: those belong to the connection`;
const TAKES_POINTER = `must be a JSON pointer (RFC 6901), /data/id say, of at most ${LONGEST_POINTER} characters`;

/** The name of a header, in any case; it becomes small letters. */
export const headerName = z
  .string({ error: TAKES_HEADER })
  .max(MOST_TEXT, { error: TAKES_HEADER })
  .refine((name) => TOKEN.test(name), { error: TAKES_HEADER })
  .refine((name) => !RESERVED.includes(name.toLowerCase()), { error: TAKES_FREE_HEADER })
  .transform((name) => name.toLowerCase());

/** Where in the body something is. */
export const pointer = z
  .string({ error: TAKES_POINTER })
  .max(LONGEST_POINTER, { error: TAKES_POINTER })
  .refine((text) => POINTER.test(text), { error: TAKES_POINTER });

/** What stands before something in a header. */
export const prefix = visible(`must be 1 to ${MOST_TEXT} characters of ASCII, the first no space`, VISIBLE);

/** What stands between the items of a header. */
export const separator = visible(
  `must be 1 to ${MOST_TEXT} characters of ASCII, a comma say`,
  /^[\x20-\x7e]+$/,
);

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

function visible(takes: string, pattern: RegExp) {
  return z
    .string({ error: takes })
    .max(MOST_TEXT, { error: takes })
    .refine((text) => pattern.test(text), { error: takes });
}
