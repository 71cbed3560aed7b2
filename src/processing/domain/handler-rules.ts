import type { RetryPolicy } from './retry-policy.js';

/** What has to be PROCESSED of the same key before an operation runs. */
export interface Prerequisites {
  /** Event types, each of which has to be there once. */
  readonly types: readonly string[];
  /** How long to wait for them, in milliseconds. */
  readonly withinMs: number;
  readonly whenMissing: 'fail' | 'run';
}

/** When a handler fails so often that its operations are held instead of run. */
export interface BreakerRules {
  readonly failureRate: number;
  readonly lastAttempts: number;
  readonly openMs: number;
}

/** How one handler's operations are run, as declared on its decorator. */
export interface HandlerRules {
  /** Class name; kept with each attempt. */
  readonly name: string;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  /** How long an operation may put itself off, from the first time, in milliseconds. */
  readonly laterWithinMs: number;
  /** Whether its events of one key take turns. */
  readonly serial: boolean;
  /** Null where it requires nothing. */
  readonly requires: Prerequisites | null;
  /** Whether an event is passed over when it has worked on a newer one of the key. */
  readonly supersede: boolean;
  /** Null where there is no limit. */
  readonly concurrency: number | null;
  readonly ratePerSecond: number | null;
  /** Null where nothing trips it. */
  readonly breaker: BreakerRules | null;
}
