import { Logger } from '@nestjs/common';
import type { HandlerContext, HandlerLogger, JsonValue, WebhookEvent } from 'hookwell/handler-kit';
import type { SideEffectStore } from '../../infrastructure/side-effect-store.js';
import type { RegisteredHandler } from './handler-registry.js';
import type { OperationTransaction } from './operation-transaction.js';

const KEY_COLUMN = 128;

/** What a context is made of. */
export interface ContextParts {
  readonly registered: Pick<RegisteredHandler, 'name' | 'transaction'>;
  readonly event: Pick<WebhookEvent, 'id' | 'source'>;
  readonly attempt: number;
  readonly replay: boolean;
  readonly signal: AbortSignal;
  readonly transaction: OperationTransaction;
  readonly sideEffects: Pick<SideEffectStore, 'find' | 'remember'>;
}

/** A dry run has come to a call that it must not make. */
export class WouldCallError extends Error {
  override readonly name = 'WouldCallError';
}

/** What a handler gets for one attempt. */
export function handlerContext(parts: ContextParts, dryRun = false): HandlerContext {
  const { registered, event, attempt, replay, signal, transaction } = parts;
  return {
    attempt,
    replay,
    dryRun,
    signal,
    logger: handlerLogger(registered.name, event),
    transaction: async () => {
      if (!registered.transaction)
        throw new Error(
          `${registered.name} is declared with transaction: false; take that away to write here`,
        );
      return transaction.manager();
    },
    sideEffect: (key, call) => sideEffect(parts, dryRun, key, call),
  };
}

async function sideEffect<T extends JsonValue>(
  { registered, event, signal, transaction, sideEffects }: ContextParts,
  dryRun: boolean,
  name: string,
  call: () => Promise<T>,
): Promise<T> {
  if (name === '' || name.length > KEY_COLUMN)
    throw new Error(`the key of a side effect must have 1 to ${KEY_COLUMN} characters`);
  if (transaction.isOpen)
    throw new Error(
      `side effect ${name} must come before context.transaction(), whose rollback would not undo it`,
    );
  signal.throwIfAborted();
  const key = { eventId: event.id, handler: registered.name, name };
  const remembered = await sideEffects.find(key);
  if (remembered) return remembered.result as T;
  if (dryRun) throw new WouldCallError(name);
  const result = await call();
  // Also where the attempt's time is over by now: it has happened.
  await sideEffects.remember(key, result);
  return result;
}

function handlerLogger(
  handler: string,
  { id: eventId, source }: Pick<WebhookEvent, 'id' | 'source'>,
): HandlerLogger {
  const logger = new Logger(handler);
  const line = (message: string, fields?: Readonly<Record<string, unknown>>): object => ({
    ...fields,
    message,
    eventId,
    source,
  });
  return {
    debug: (message, fields) => {
      logger.debug(line(message, fields));
    },
    log: (message, fields) => {
      logger.log(line(message, fields));
    },
    warn: (message, fields) => {
      logger.warn(line(message, fields));
    },
    error: (message, fields) => {
      logger.error(line(message, fields));
    },
  };
}
