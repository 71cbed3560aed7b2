import { defineProvider, jsonRequest, parseJson, secondsField, stringField } from 'hookwell/handler-kit';
import { mailgun } from 'hookwell/signatures';

/**
 * https://documentation.mailgun.com/docs/mailgun/user-manual/events/webhooks
 *
 * The sample is one that Mailgun has published for an opened message.
 */
export const definition = defineProvider({
  slug: 'mailgun',
  displayName: 'Mailgun',
  documentation: 'https://documentation.mailgun.com/docs/mailgun/user-manual/events/webhooks',
  scheme: mailgun,
  delivery: { answerWithinMs: null, retries: '6 in 8 h, none after a 406' },
  derive: ({ body }) => {
    const event = parseJson(body);
    const timestamp = stringField(event, 'event-data', 'timestamp');
    return {
      id: eventId(stringField(event, 'event-data', 'id'), timestamp),
      type: stringField(event, 'event-data', 'event'),
      // The message.
      orderingKey: stringField(event, 'event-data', 'message', 'headers', 'message-id'),
      occurredAt: secondsField(timestamp),
    };
  },
  simulate: ({ body, id, now }) => {
    const { 'event-data': data } = JSON.parse(body) as { 'event-data': object };
    return jsonRequest(body, { 'event-data': { ...data, id, timestamp: now.getTime() / 1000 } });
  },
});

/** Mailgun's ids are unique within a day; with the time they are for good. */
function eventId(id: string | null, timestamp: string | null): string | null {
  return id === null ? null : `${id} ${timestamp ?? ''}`;
}

export const handlers = [];
