import { inspect } from 'node:util';

const MOST_CHARACTERS = 16_384;

/** What was thrown, with its stack where it has one, for people. Whatever was thrown, this does not throw. */
export function errorText(error: unknown): string {
  try {
    const text = error instanceof Error ? String(error.stack ?? error) : inspect(error);
    return text.slice(0, MOST_CHARACTERS);
  } catch {
    return 'something was thrown that cannot be shown';
  }
}
