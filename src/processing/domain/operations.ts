import type { EventStatus } from '../../ingestion/domain/event-status.js';
import type { Attempt } from './attempt.js';

/** What is known of an attempt when its operation is looked at again. */
export type KnownAttempt = Pick<Attempt, 'handler' | 'attempt' | 'outcome' | 'retryAt'>;

/** What an event has come to. */
export interface EventOutcome {
  readonly status: EventStatus;
  /** When to take the event up again; null unless RECEIVED. */
  readonly dueAt: Date | null;
}

/**
 * The handlers to run now: those that have not run, and those whose time has come. An event is taken up because it was due by
 * somebody's clock; where ours is behind and finds nothing due, the earliest retry was meant.
 * @param attempts in their order
 */
export function dueHandlers(
  handlers: readonly string[],
  attempts: readonly KnownAttempt[],
  now: Date,
): string[] {
  const open = handlers
    .map((handler) => ({ handler, last: attempts.findLast((attempt) => attempt.handler === handler) }))
    .filter(({ last }) => !last || last.retryAt !== null)
    .map(({ handler, last }) => ({ handler, at: last?.retryAt?.getTime() ?? 0 }));
  const horizon = Math.max(now.getTime(), Math.min(...open.map(({ at }) => at)));
  return open.filter(({ at }) => at <= horizon).map(({ handler }) => handler);
}

/**
 * All operations succeeded: PROCESSED. One can still be tried: RECEIVED, due at the earliest retry, or at once for an operation
 * whose outcome nobody knows. Else FAILED.
 * @param attempts in their order
 */
export function outcomeOf(
  handlers: readonly string[],
  attempts: readonly KnownAttempt[],
  now: Date,
): EventOutcome {
  const last = handlers.map((handler) => attempts.findLast((attempt) => attempt.handler === handler));
  if (last.every((attempt) => attempt?.outcome === 'SUCCEEDED')) return { status: 'PROCESSED', dueAt: null };
  const retries = last.flatMap((attempt) => (attempt ? (attempt.retryAt ?? []) : now));
  if (retries.length === 0) return { status: 'FAILED', dueAt: null };
  return { status: 'RECEIVED', dueAt: new Date(Math.min(...retries.map((time) => time.getTime()))) };
}
