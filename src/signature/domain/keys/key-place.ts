/** What is asked of a provider to be told a public key. */
export interface KeyQuestion {
  /** An https address. */
  readonly url: string;
  /** Sent as JSON, with POST; a GET where there is none. */
  readonly body?: Readonly<Record<string, string>>;
}

/** What a provider has answered. */
export interface KeyAnswer {
  readonly status: number;
  /** The header Cache-Control; empty where there is none. */
  readonly cacheControl: string;
  /** The header Age: for how many seconds caches on the way have had it. */
  readonly age: number;
  readonly body: Buffer;
}

/** What an answer has brought. */
export interface Told<T> {
  /** Null where the provider has no such key, or none that may be used now. */
  readonly value: T | null;
  /** For how many milliseconds it may be believed. */
  readonly forMs: number;
}

/** Where a provider keeps a key, or a set of them. */
export interface KeyPlace<T> {
  /** No two places have the same. */
  readonly name: string;
  readonly question: KeyQuestion;
  /** @throws Error when the answer does not tell whether there is such a key */
  read(answer: KeyAnswer, now: Date): Told<T>;
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;
/** A key that there is not may be published soon. */
const UNKNOWN_MS = 30 * SECOND;

/** That there is no such key. */
export const NO_KEY: Told<never> = { value: null, forMs: UNKNOWN_MS };

/** A key that may be used until a time, asked for anew once an hour. */
export function usableUntil<T>(value: T, end: number, now: Date): Told<T> {
  return { value, forMs: Math.min(HOUR, end - now.getTime()) };
}

/** An answer that says nothing of a key: asking again may help. */
export function tellsNothing({ status }: KeyAnswer): Error {
  return new Error(`the provider of keys has answered ${status}`);
}
