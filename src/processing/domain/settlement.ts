import type { EventStatus } from '../../ingestion/domain/event-status.js';
import type { Attempt } from './attempt.js';
import type { Hold } from './hold.js';
import type { Lane } from './lane.js';

/** What the attempts of one claim come to. */
export interface Settlement {
  readonly eventId: string;
  readonly status: EventStatus;
  /** When to try again; null unless RECEIVED. */
  readonly dueAt: Date | null;
  readonly error: string | null;
  readonly unhandled: boolean;
  readonly malformed: boolean;
  /** Whether any of its operations was dealt with. Else the claim does not count: one that kills its workers would never be found out. */
  readonly hasWorked: boolean;
  /** Attempts still to be recorded; those of transactions are recorded already. */
  readonly attempts: readonly Attempt[];
  /** All holds that the event has from now on; null where they stay as they are. */
  readonly holds: readonly Hold[] | null;
  /** Handlers that pass over what is older than this event from now on. */
  readonly applied: readonly Applied[];
  /** The lane in which the event has something to wait for, or whose others may have waited for it: taken where it is free. */
  readonly entersLane: Lane | null;
  /** A lane that was ours for this event alone: given up where no other event has come into it. */
  readonly leavesLane: Lane | null;
}

/** A handler that passes over older events of a lane has worked on one. */
export interface Applied {
  readonly laneId: string;
  readonly handler: string;
  readonly position: number;
}

/** What has come of a settlement. */
export interface Settled {
  /** False, and nothing recorded, when the lease was lost. */
  readonly ours: boolean;
  /** The settlement's lane, where it is ours and has to be gone through. */
  readonly lane: Lane | null;
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
    hasWorked: true,
    attempts: [],
    holds: null,
    applied: [],
    entersLane: null,
    leavesLane: null,
    ...rest,
  };
}
