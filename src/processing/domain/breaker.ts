import type { AttemptOutcome } from './attempt.js';
import type { BreakerRules } from './handler-rules.js';

/**
 * - CLOSED: the handler's operations are run
 * - OPEN: they are held
 * - HALF_OPEN: they are held but for one, which shows whether the handler works again
 */
export const BREAKER_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** A handler's breaker that has been tripped; one that is closed is not kept. */
export interface TrippedBreaker {
  readonly handler: string;
  readonly state: Exclude<BreakerState, 'CLOSED'>;
  readonly openedAt: Date;
  /** When an operation may be let through; while one is, when it counts as lost. */
  readonly retryAt: Date;
}

/** Whether an attempt shows that the handler does not work; one that rejects its event or puts it off has done its work. */
export function isFailure(outcome: AttemptOutcome): boolean {
  return outcome === 'ERRORED' || outcome === 'TIMED_OUT';
}

/** What the last attempts of one handler came to, as one worker has seen them. */
export class RecentOutcomes {
  private readonly failures: boolean[] = [];

  /** Takes note of an attempt; true where as many of the last ones have failed as trip the breaker. */
  record(failed: boolean, { lastAttempts, failureRate }: BreakerRules): boolean {
    this.failures.push(failed);
    this.failures.splice(0, this.failures.length - lastAttempts);
    const share = this.failures.filter(Boolean).length / lastAttempts;
    return this.failures.length === lastAttempts && share >= failureRate;
  }
}
