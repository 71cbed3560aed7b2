import type { EventStatus, ReplayScope } from '../../ingestion/domain/event-status.js';
import type { Attempt } from './attempt.js';
import type { Hold } from './hold.js';

/** What is known of an attempt when its operation is looked at again. */
export type KnownAttempt = Pick<Attempt, 'handler' | 'attempt' | 'outcome' | 'retryAt'>;

/** What is known of an event's operations in its present run. */
export interface History {
  /** In their order. */
  readonly attempts: readonly KnownAttempt[];
  /** At most one for each operation. */
  readonly holds: readonly Hold[];
}

/** How an operation stands: over, or to be run from a point in time; null where something else has to wake it. */
export type Standing =
  | { readonly ended: true; readonly succeeded: boolean }
  | { readonly ended: false; readonly dueAt: Date | null };

/** What an event has come to. */
export interface EventOutcome {
  readonly status: EventStatus;
  /** When to take the event up again; null unless RECEIVED, and where it waits for its turn or another's word. */
  readonly dueAt: Date | null;
}

const ALWAYS = new Date(0);

/**
 * The attempts that count in an event's present run: its own; and where only what has not succeeded is run again, the successes that it
 * builds on.
 * @param attempts those of all runs, in their order
 */
export function attemptsOfRun<TAttempt extends Pick<Attempt, 'run' | 'handler' | 'outcome'>>(
  { run, scope }: { readonly run: number; readonly scope: ReplayScope | null },
  attempts: readonly TAttempt[],
): TAttempt[] {
  return attempts.filter((attempt) => {
    if (attempt.run === run) return true;
    if (scope !== 'FAILED' || !isSuccess(attempt)) return false;
    return attempts.findLast(({ handler }) => handler === attempt.handler) === attempt;
  });
}

/** How a handler's operation stands. */
export function standingOf(handler: string, { attempts, holds }: History): Standing {
  const last = attempts.findLast((attempt) => attempt.handler === handler);
  if (last && isSuccess(last)) return { ended: true, succeeded: true };
  if (last?.retryAt === null) return { ended: true, succeeded: false };
  const hold = holds.find((held) => held.handler === handler);
  return { ended: false, dueAt: hold ? hold.dueAt : (last?.retryAt ?? ALWAYS) };
}

/** Whether an operation is to be run by now. */
export function isDue(handler: string, history: History, now: Date): boolean {
  const standing = standingOf(handler, history);
  return !standing.ended && standing.dueAt !== null && standing.dueAt <= now;
}

/**
 * Those of some handlers that are to run now: those that have not run, and those whose time has come. An event is taken up because it
 * was due by somebody's clock; where ours is behind and finds nothing due, the earliest was meant.
 */
export function dueHandlers(handlers: readonly string[], history: History, now: Date): string[] {
  const open = handlers.flatMap((handler) => {
    const standing = standingOf(handler, history);
    return standing.ended || !standing.dueAt ? [] : [{ handler, at: standing.dueAt.getTime() }];
  });
  const horizon = Math.max(now.getTime(), Math.min(...open.map(({ at }) => at)));
  return open.filter(({ at }) => at <= horizon).map(({ handler }) => handler);
}

/**
 * All operations succeeded: PROCESSED. One can still be run: RECEIVED, due at the earliest time that one waits for, or at once for an
 * operation whose outcome nobody knows. Else FAILED.
 * @param inLane the operations that wait for their turn: whoever has the lane takes them up
 */
export function outcomeOf(
  handlers: readonly string[],
  inLane: readonly string[],
  history: History,
  now: Date,
): EventOutcome {
  const standings = handlers.map((handler) => ({ handler, standing: standingOf(handler, history) }));
  const open = standings.flatMap(({ handler, standing }) =>
    standing.ended ? [] : [{ handler, ...standing }],
  );
  if (open.length > 0) {
    const times = open.flatMap(({ handler, dueAt }) => {
      if (dueAt === null || (inLane.includes(handler) && dueAt <= now)) return [];
      return Math.max(dueAt.getTime(), now.getTime());
    });
    return { status: 'RECEIVED', dueAt: times.length > 0 ? new Date(Math.min(...times)) : null };
  }
  const succeeded = standings.every(({ standing }) => standing.ended && standing.succeeded);
  return { status: succeeded ? 'PROCESSED' : 'FAILED', dueAt: null };
}

/** What lets the event be PROCESSED. */
export function isSuccess({ outcome }: Pick<Attempt, 'outcome'>): boolean {
  return outcome === 'SUCCEEDED' || outcome === 'SUPERSEDED';
}
