/** Works on the events of one job; must not reject. */
export type EventConsumer = (eventIds: readonly string[]) => Promise<void>;

/**
 * Brings event ids from whoever stored them to whoever processes them, fast and without promises: the events table is the
 * truth, and the relay hands over again what a queue has lost.
 */
export abstract class EventQueue {
  /** False from when handing over is known to fail until it has succeeded again. */
  abstract readonly available: boolean;
  /** Hands ids over in one job. Resolves to whether the queue is known to have taken them; never rejects, and logs why not. */
  abstract handOver(eventIds: readonly string[]): Promise<boolean>;
  /** Begins to consume. */
  abstract consume(consumer: EventConsumer): void;
  /** Jobs that wait. Rejects when the queue does not answer; says nothing about whether it takes more. */
  abstract depth(): Promise<number>;
  /** Takes no further job and resolves when those in hand are done. */
  abstract stopConsuming(): Promise<void>;
}
