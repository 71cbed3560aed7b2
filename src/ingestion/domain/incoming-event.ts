/** A verified event on its way into the store. */
export interface IncomingEvent {
  readonly id: string;
  readonly source: string;
  readonly provider: string;
  readonly type: string;
  readonly idempotencyKey: string;
  readonly orderingKey: string | null;
  /** What orders it among the events of its key: the provider's sequence, or the time in milliseconds at which it happened. */
  readonly position: number;
  readonly occurredAt: Date | null;
  readonly receivedAt: Date;
  /** The secret that its signature was verified with. */
  readonly secretId: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** What became of it: stored under its own id, or recognised as a repeat of an earlier one. */
export interface Acceptance {
  readonly id: string;
  readonly duplicate: boolean;
}
