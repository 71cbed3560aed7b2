import type { EventStatus } from '../../ingestion/domain/event-status.js';
import type { Attempt } from './attempt.js';

/** What the attempts of one claim come to. */
export interface Settlement {
  readonly eventId: string;
  readonly status: EventStatus;
  /** When to try again; null unless RECEIVED. */
  readonly dueAt: Date | null;
  readonly error: string | null;
  readonly unhandled: boolean;
  readonly malformed: boolean;
  /** Attempts still to be recorded; those of transactions are recorded already. */
  readonly attempts: readonly Attempt[];
}

/** A settlement in which only what is given is out of the ordinary. */
export function settlement(eventId: string, status: EventStatus, rest: Partial<Settlement> = {}): Settlement {
  return {
    eventId,
    status,
    dueAt: null,
    error: null,
    unhandled: false,
    malformed: false,
    attempts: [],
    ...rest,
  };
}
