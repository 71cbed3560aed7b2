import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';
import type { ZodType } from 'zod';
import type { HandlerContext, JsonValue, WebhookEvent } from './handler.js';

/** How long one attempt of a handler that says nothing of it may take. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** When a handler's breaker is tripped: it fails so often that trying on would only burn attempts. */
export interface BreakerOptions {
  /** Share of failed attempts, from above 0 to 1, among the last ones that a worker has seen. */
  readonly failureRate: number;
  /** How many of the last attempts count; before there are so many, nothing is tripped. */
  readonly lastAttempts: number;
  /** How long its operations are held before one is let through to see whether it works again, in milliseconds. */
  readonly openMs: number;
}

/** How a handler is found, run, ordered and retried. */
export interface WebhookHandlerOptions<TPayload = unknown> {
  /** Slug of the provider whose events it takes. */
  readonly provider: string;
  /** Event types it takes, as the provider spells them; `*` stands for any characters: `invoice.*`, `*`. */
  readonly types: readonly string[];
  /** The payload's shape. The handler gets what it parses to; an event of another shape fails for good and names the field. */
  readonly payload?: ZodType<TPayload>;
  /** Tries before the operation is FAILED. Default 8, which spans about a day. */
  readonly attempts?: number;
  /** Upper bound of the first wait in milliseconds; it grows sixfold with each attempt, up to 12 hours. Default 5000. */
  readonly backoffMs?: number;
  /** How long one attempt may take, in milliseconds. Default 30000. */
  readonly timeoutMs?: number;
  /** How long it may put itself off with `retryLater`, counted from the first time, in milliseconds. Default a day. */
  readonly laterWithinMs?: number;
  /** `false` for a handler that writes nothing of ours: `context.transaction()` is refused. Default `true`. */
  readonly transaction?: boolean;
  /**
   * `serial`: of the events of one source and ordering key that any serial handler takes, one is worked on at a time, in any number of
   * workers, the earliest first. One that waits for its next attempt holds up those behind it, one that has FAILED does not.
   * Default `none`.
   */
  readonly ordering?: 'none' | 'serial';
  /**
   * Event types of the same source and ordering key of which one each has to be PROCESSED first. Until then the event is parked.
   * Makes the handler serial.
   */
  readonly requires?: readonly string[];
  /** How long to wait for what it requires, in milliseconds. Default an hour. */
  readonly requiresWithinMs?: number;
  /** What to do when that time is over: `fail`, so that a person looks at it, or `run` all the same. Default `fail`. */
  readonly whenMissing?: 'fail' | 'run';
  /**
   * `true` for a handler that sets a state: when it has applied a newer event of the same source and ordering key, an older one that
   * arrives later is recorded as SUPERSEDED and not run. Makes the handler serial. Default `false`.
   */
  readonly supersede?: boolean;
  /** How many of its operations run at once, in all workers together. Default: as many as there are. */
  readonly concurrency?: number;
  /** How many of its operations start in a second, in all workers together. Default: as many as can. */
  readonly ratePerSecond?: number;
  /** Default: half of the last 20 attempts, 30 s. `false`: never. */
  readonly breaker?: BreakerOptions | false;
}

/** Metadata key under which the options are kept on the class. */
export const WEBHOOK_HANDLER = 'hookwell:webhook-handler';

/**
 * What a handler's class has to be able to do. The method is written as a property, so that the compiler holds its payload to
 * the schema: for methods it would be content with a payload that has more fields than the schema gives.
 */
type HandlerClass<TPayload> = abstract new (...parameters: never[]) => {
  handle: (event: WebhookEvent<TPayload>, context: HandlerContext) => Promise<JsonValue | undefined>;
};

/**
 * Makes an injectable class a handler. It is found through dependency injection; there is no list to add it to. The class has to
 * take the payload that the options' schema parses to, or, without a schema, any: otherwise it does not compile.
 */
export function WebhookHandler<TPayload = unknown>(
  options: WebhookHandlerOptions<TPayload>,
): (target: HandlerClass<NoInfer<TPayload>>) => void {
  return applyDecorators(Injectable(), SetMetadata(WEBHOOK_HANDLER, options));
}
