/**
 * Why an operation is not run although its event is there, other than that it waits for its next attempt or its turn.
 *
 * - LATER: its handler has put it off
 * - PREREQUISITE: parked until events of other types have been processed
 * - PAUSE: somebody has paused its source, provider or handler
 * - BREAKER: its handler fails too often
 * - LIMIT: as many run as may
 */
export const HOLD_REASONS = ['LATER', 'PREREQUISITE', 'PAUSE', 'BREAKER', 'LIMIT'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** What one operation waits for. */
export interface Hold {
  readonly eventId: string;
  readonly handler: string;
  readonly reason: HoldReason;
  /** What has to come about: missing event types, a handler's reason, or the gate's name. */
  readonly waitsFor: string;
  readonly since: Date;
  /** When waiting ends whatever happens; null where it has no end of its own. */
  readonly deadline: Date | null;
  /** When to look again; null where something else wakes it. */
  readonly dueAt: Date | null;
}
