import {
  type JsonValue,
  payloadOf,
  RejectEvent,
  type HandlerContext,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import type { AttemptOutcome } from '../../domain/attempt.js';
import type { RegisteredHandler } from './handler-registry.js';
import { TimeoutError } from './operation-transaction.js';

/** More JSON than this is no result but data, which has its place in the handler's own tables. */
const RESULT_BYTES = 256 * 1024;

/**
 * Calls a handler, and waits until it is done or aborted: by us when its time is over, or by whoever else holds the controller. Gives
 * its result as JSON, or null where it has none.
 * @throws what the handler throws, and what it was aborted with
 */
export async function callHandler(
  { handler, payload: shape, timeoutMs }: RegisteredHandler,
  event: WebhookEvent,
  context: HandlerContext,
  abort: AbortController,
): Promise<string | null> {
  const returned = await withinTime(timeoutMs, abort, () =>
    handler.handle(shape ? { ...event, payload: payloadOf(shape, event) } : event, context),
  );
  return resultJson(returned);
}

/** What an attempt has come to that ended with an error. */
export function outcomeOfError(
  error: unknown,
): Extract<AttemptOutcome, 'REJECTED' | 'TIMED_OUT' | 'ERRORED'> {
  if (error instanceof RejectEvent) return 'REJECTED';
  return error instanceof TimeoutError ? 'TIMED_OUT' : 'ERRORED';
}

async function withinTime<T>(
  milliseconds: number,
  abort: AbortController,
  work: () => Promise<T>,
): Promise<T> {
  const timer = setTimeout(() => {
    abort.abort(new TimeoutError(`no result within ${milliseconds} ms`));
  }, milliseconds);
  try {
    return await new Promise<T>((resolve, reject) => {
      abort.signal.addEventListener('abort', () => {
        reject(abort.signal.reason as Error);
      });
      // In a promise of its own, so that a handler that throws at once is no special case.
      Promise.resolve().then(work).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** @throws RejectEvent when it is too long: no retry makes it shorter */
function resultJson(returned: JsonValue | undefined): string | null {
  // A handler in plain JavaScript may return what JSON has no word for.
  const text = JSON.stringify(returned) as string | undefined;
  if (text === undefined) return null;
  const bytes = Buffer.byteLength(text);
  if (bytes <= RESULT_BYTES) return text;
  throw new RejectEvent(
    `the result has ${bytes} bytes of JSON and at most ${RESULT_BYTES} are kept: return less, and keep data in a table`,
  );
}
