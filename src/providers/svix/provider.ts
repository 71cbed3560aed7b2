import {
  defineProvider,
  headerField,
  jsonRequest,
  parseJson,
  type ProviderRequest,
  secondsField,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { svix } from 'hookwell/signatures';

/**
 * Any sender that uses Svix, Clerk and Resend among them. https://docs.svix.com/receiving/introduction
 *
 * The body is the sender's own; most follow Standard Webhooks. The sample is made in that form.
 */
export const definition = defineProvider({
  slug: 'svix',
  displayName: 'Svix',
  documentation: 'https://docs.svix.com/receiving/introduction',
  scheme: svix,
  delivery: { answerWithinMs: 15_000, retries: '7 in 28 h' },
  derive: ({ headers, body }) => {
    const message = parseJson(body);
    return {
      id: named(headers, 'id'),
      type: stringField(message, 'type'),
      // Every sender names its entities differently.
      orderingKey: null,
      occurredAt: occurredAt(headers, message),
    };
  },
  simulate: ({ body, id, now }) => jsonRequest(body, { timestamp: now.toISOString() }, { 'svix-id': id }),
});

/**
 * When it happened, where the sender says so in ISO 8601, as Standard Webhooks or Resend do; else when this attempt was made. A bare number,
 * Clerk's say, may be seconds or milliseconds, and no date is read from one.
 */
function occurredAt(headers: ProviderRequest['headers'], message: unknown): Date | null {
  return (
    timeField(stringField(message, 'timestamp')) ??
    timeField(stringField(message, 'created_at')) ??
    secondsField(named(headers, 'timestamp'))
  );
}

/** A header under Svix's name or, from a sender that does not show it, under that of Standard Webhooks. */
function named(headers: ProviderRequest['headers'], name: string): string | null {
  // By its signature, as the scheme does: a header of the other name is not signed then, and anybody could give an event a new id.
  return headerField(headers, 'svix-signature' in headers ? `svix-${name}` : `webhook-${name}`);
}

export const handlers = [];
