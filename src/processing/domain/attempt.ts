/**
 * How one try of an operation ended. The last two are tries that were not made: SUPERSEDED, because the handler has worked on a newer
 * event of the key; EXPIRED, because what the operation waited for did not come in time.
 */
export const ATTEMPT_OUTCOMES = [
  'SUCCEEDED',
  'ERRORED',
  'REJECTED',
  'TIMED_OUT',
  'SUPERSEDED',
  'EXPIRED',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** One try of one operation, as it is kept. */
export interface Attempt {
  readonly eventId: string;
  readonly run: number;
  readonly handler: string;
  readonly attempt: number;
  readonly outcome: AttemptOutcome;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** JSON. */
  readonly result: string | null;
  readonly error: string | null;
  /** When it is tried again; null when it is not. */
  readonly retryAt: Date | null;
}
