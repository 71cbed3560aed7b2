import type { WebhookEvent } from 'hookwell/handler-kit';
import type { History } from './operations.js';

/** An event that this process alone may work on while its lease runs. */
export interface ClaimedEvent extends History {
  readonly event: Omit<WebhookEvent, 'payload' | 'rawBody'>;
  /** The bytes that were signed; null where they are so many that they have to be read on their own. */
  readonly body: Buffer | null;
  /** What orders it among the events of its key. */
  readonly position: number;
  readonly run: number;
  /** How often a worker took it up and left nothing behind, this time included. */
  readonly claims: number;
}

/** Claims that left nothing behind before an event is taken for one that kills its workers. */
export const MOST_ABANDONED_CLAIMS = 10;
const SUSPECT_AFTER = 3;

/**
 * Whether an event may be one that kills its workers, by the claims that left nothing behind. A worker has one such event in hand at a
 * time, so that whatever kills the next worker takes no others with it.
 */
export function isSuspect(abandonedClaims: number): boolean {
  return abandonedClaims >= SUSPECT_AFTER;
}

/** The lease ran out and somebody else may have the event: the late result does not count. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}
