import type { HandlerRules } from './handler-rules.js';
import type { History } from './operations.js';

/** An unfinished event of a lane, as the lane's holder sees it. */
export interface LaneEvent {
  readonly id: string;
  readonly type: string;
  /** What orders the events of a key: the provider's sequence, or the time at which it happened. */
  readonly position: number;
  /** Until when a worker has it, which is the one to go on with it; null where none has. */
  readonly heldUntil: Date | null;
  /** Whether it waits without a time at which it would be taken up by itself. */
  readonly waits: boolean;
  /** Whether so many workers have died while they had it that it is to be worked on alone. */
  readonly isSuspect: boolean;
  /** The serial handlers of its type; null where this process lacks its provider's folder. */
  readonly rules: readonly HandlerRules[] | null;
  readonly history: History;
}

/** The event types that the serial handlers of a type require. */
export type RequiredBy = (type: string) => readonly string[];

/** What has come of the lane's other events. */
export interface LaneFacts {
  /** Event types of which one is PROCESSED. */
  readonly processed: ReadonlySet<string>;
  /** By handler, the position of the newest event that it has applied. */
  readonly applied: ReadonlyMap<string, number>;
  readonly requiredBy: RequiredBy;
}

/** How many turns to plan, and of what. */
export interface Plan {
  readonly now: Date;
  readonly most: number;
  /** Whether it may be a suspect's turn. */
  readonly takesSuspects: boolean;
}
