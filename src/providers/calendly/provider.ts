import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { calendly } from 'hookwell/signatures';

/**
 * https://developer.calendly.com/docs/webhooks/overview
 *
 * A webhook has no id. The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'calendly',
  displayName: 'Calendly',
  documentation: 'https://developer.calendly.com/docs/webhooks/overview',
  scheme: calendly,
  delivery: {
    answerWithinMs: 15_000,
    retries: 'for 24 hours with growing pauses; then the webhook is disabled',
  },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: null,
      type: stringField(event, 'event'),
      // Who did not show up is an invitee too.
      orderingKey: stringField(event, 'payload', 'invitee') ?? stringField(event, 'payload', 'uri'),
      occurredAt: timeField(stringField(event, 'created_at')),
    };
  },
  simulate: ({ body, now }) => jsonRequest(body, { created_at: now.toISOString() }),
});

export const handlers = [];
