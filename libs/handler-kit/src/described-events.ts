import { z, type ZodType } from 'zod';
import type { WebhookHandlerOptions } from './webhook-handler.decorator.js';

/** The part of a handler's options that says which events it takes, and what they look like. */
export type DescribedEvents<TPayload> = Required<
  Pick<WebhookHandlerOptions<TPayload>, 'provider' | 'types' | 'payload'>
>;

/** What every webhook in JSON is. */
const OBJECT_OR_LIST = z.custom(
  (payload) => typeof payload === 'object' && payload !== null,
  'must be an object or a list',
);

/**
 * A provider's events by type, as its own types describe them: what comes of it fills in a handler's `provider`, `types` and `payload`,
 * and takes only types that there are.
 *
 * Their shape is the provider's word and is not checked. What a handler writes or pays on, it should check with a schema of its own.
 * @typeParam TPayloads the payload of each type, under the type's name
 */
export function describedEvents<TPayloads>(
  provider: string,
): <T extends keyof TPayloads & string>(...types: readonly [T, ...T[]]) => DescribedEvents<TPayloads[T]> {
  return <T extends keyof TPayloads & string>(...types: readonly [T, ...T[]]) => ({
    provider,
    types,
    payload: OBJECT_OR_LIST as ZodType<TPayloads[T]>,
  });
}
