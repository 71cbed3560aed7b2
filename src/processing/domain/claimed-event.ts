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

/** The lease ran out and somebody else may have the event: the late result does not count. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}
