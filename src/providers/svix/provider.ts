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
 * Any sender that uses Svix under its name, Clerk and Resend among them. https://docs.svix.com/receiving/introduction
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
      id: headerField(headers, 'svix-id'),
      type: stringField(message, 'type'),
      // Every sender names its entities differently.
      orderingKey: null,
      occurredAt: occurredAt(headers, message),
    };
  },
  simulate: ({ body, id, now }) => jsonRequest(body, { timestamp: now.toISOString() }, { 'svix-id': id }),
});

/** When it happened, where the sender says so as Standard Webhooks or Resend do; else when this attempt was made. */
function occurredAt(headers: ProviderRequest['headers'], message: unknown): Date | null {
  return (
    isoTime(stringField(message, 'timestamp')) ??
    isoTime(stringField(message, 'created_at')) ??
    secondsField(headerField(headers, 'svix-timestamp'))
  );
}

/** A bare number may be seconds or milliseconds, Clerk's are, and a date's reader would take it for a year. */
function isoTime(text: string | null): Date | null {
  return text !== null && /^\d{4}-/.test(text) ? timeField(text) : null;
}

export const handlers = [];
