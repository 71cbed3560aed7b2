/** How one try of an operation ended. */
export const ATTEMPT_OUTCOMES = ['SUCCEEDED', 'ERRORED', 'REJECTED', 'TIMED_OUT'] as const;
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
