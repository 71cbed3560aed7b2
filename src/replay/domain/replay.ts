import type { EventFilter } from '../../ingestion/domain/event-filter.js';
import type { ReplayScope } from '../../ingestion/domain/event-status.js';

export const REPLAY_STATUSES = ['RUNNING', 'DONE', 'CANCELLED'] as const;
export type ReplayStatus = (typeof REPLAY_STATUSES)[number];

/** Which events to replay, and how. */
export interface ReplayRequest {
  /** Without a word of discarded events they are left out. */
  readonly filter: EventFilter;
  readonly scope: ReplayScope;
  readonly ratePerSecond: number;
}

/** A request whose events have been counted; what was counted then is what runs. */
export interface ReplayPlan extends ReplayRequest {
  /** UUID v7; the replay's own, so that it is started once however often that is asked for. */
  readonly id: string;
  /** An event that has ended later is not meant. */
  readonly countedAt: Date;
  /** The last event that is meant; null where none is. */
  readonly upTo: string | null;
  readonly total: number;
}

/** A replay as far as it has come. */
export interface Replay extends ReplayPlan {
  readonly status: ReplayStatus;
  /** The last event that it has gone past. */
  readonly cursor: string | null;
  readonly replayed: number;
  /** Events that were counted and had changed by their turn; known once it is DONE. */
  readonly skipped: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly cancelledAt: Date | null;
}
