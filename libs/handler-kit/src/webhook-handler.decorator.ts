import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';

/** How a handler is registered and retried. */
export interface WebhookHandlerOptions {
  /** Slug of the provider whose events it takes. */
  readonly provider: string;
  /** Event types it takes, as the provider spells them; `*` takes every type. */
  readonly types: readonly string[];
  /** Tries before the operation is FAILED. Default 8, which spans about a day. */
  readonly attempts?: number;
  /** Upper bound of the first wait in milliseconds; it grows sixfold with each attempt, up to 12 hours. Default 5000. */
  readonly backoffMs?: number;
  /** How long one attempt may take, in milliseconds. Default 30000. */
  readonly timeoutMs?: number;
}

/** Metadata key under which the options are kept on the class. */
export const WEBHOOK_HANDLER = 'hookwell:webhook-handler';

/** Makes an injectable class a handler. It is found through dependency injection; there is no list to add it to. */
export function WebhookHandler(options: WebhookHandlerOptions): ClassDecorator {
  return applyDecorators(Injectable(), SetMetadata(WEBHOOK_HANDLER, options));
}
