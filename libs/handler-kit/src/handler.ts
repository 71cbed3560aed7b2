import type { EntityManager } from 'typeorm';

/** What JSON can say; an operation's result is kept as JSON. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A verified, stored event as its handlers see it. */
export interface WebhookEvent<TPayload = unknown> {
  /** Our own id, a UUID v7. */
  readonly id: string;
  /** Name of the configured sender, `stripe-eu` say. */
  readonly source: string;
  /** Slug of the kind of sender, `stripe` say. */
  readonly provider: string;
  /** The provider's name for what happened, `invoice.paid` say. */
  readonly type: string;
  /** What makes this one event: the provider's event id, or the SHA-256 of the body where it sends none. */
  readonly idempotencyKey: string;
  /** The business entity that the event is about, where the provider's definition names one. */
  readonly orderingKey: string | null;
  /** When it happened, by the provider's clock. */
  readonly occurredAt: Date | null;
  /** When the request reached us, by our clock. */
  readonly receivedAt: Date;
  /** Request headers, names in lower case. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The decoded body; of a form, its fields, or the object in JSON that is all it has, as `payload`. Numbers above 2^53 lose digits here, never in {@link rawBody}. */
  readonly payload: TPayload;
  /** The bytes exactly as they were signed; but of a provider that shows the secret in them, Microsoft Graph, `[secret]` in its place. */
  readonly rawBody: Buffer;
}

/** A logger whose lines carry the event's id, source and handler. Fields must not be secret. */
export interface HandlerLogger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  log(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What a handler may use while it works on one event. */
export interface HandlerContext {
  /** Which try of this operation it is, from 1. */
  readonly attempt: number;
  /** True when an admin asked for the event to run again. */
  readonly replay: boolean;
  /** True when an admin asks what the handler would do: whatever it writes through the transaction is rolled back. */
  readonly dryRun: boolean;
  /** Fires when the handler's timeout is over or the process has to stop; pass it on to what you call. */
  readonly signal: AbortSignal;
  readonly logger: HandlerLogger;
  /**
   * Opens this operation's transaction on the first call and gives the same one on later calls. What is written through it
   * and the record of the operation's success commit together or not at all, so the effect happens exactly once.
   * @throws Error where the handler was declared with `transaction: false`
   */
  transaction(): Promise<EntityManager>;
  /**
   * Calls an outside service once: when `call` has succeeded, its result is remembered with the event, and every later attempt and
   * replay gets it without a call. A crash between the call and its being remembered repeats it, so pass the service an
   * idempotency key made of the event's id where it takes one. Has to come before {@link transaction}, whose rollback
   * must not take the memory with it. In a dry run a call that is not remembered ends the run.
   * @param key tells this call from the handler's others for the event, at most 128 characters
   */
  sideEffect<T extends JsonValue>(key: string, call: () => Promise<T>): Promise<T>;
}

/**
 * Work for one kind of event. Returning means done, and the value is kept as the operation's result. Throwing means: try
 * again by the retry policy. `retryLater(delayMs, why)` means: not yet, and no attempt is used up. `reject(why)` means: never.
 */
export interface EventHandler<TPayload = unknown> {
  handle(event: WebhookEvent<TPayload>, context: HandlerContext): Promise<JsonValue | undefined>;
}
