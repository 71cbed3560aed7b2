import {
  defineProvider,
  jsonRequest,
  listField,
  parseJson,
  secondsField,
  sharedField,
} from 'hookwell/handler-kit';
import { sendgrid } from 'hookwell/signatures';

/**
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 *
 * A request is a list of events that happened within some seconds, up to 768 kB, each with an id of its own, `sg_event_id`. It is kept as
 * one, with the type, message and time that all of its events share. The sample is made after the documented fields.
 */
export const definition = defineProvider({
  slug: 'sendgrid',
  displayName: 'SendGrid',
  documentation: 'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event',
  scheme: sendgrid,
  delivery: { answerWithinMs: null, retries: 'for 24 h' },
  derive: ({ body }) => {
    const events = listField(parseJson(body));
    return {
      id: null,
      type: sharedField(events, 'event'),
      orderingKey: sharedField(events, 'sg_message_id'),
      occurredAt: secondsField(sharedField(events, 'timestamp')),
    };
  },
  simulate: ({ body, id, now }) => {
    const events = JSON.parse(body) as object[];
    const timestamp = Math.floor(now.getTime() / 1000);
    const fresh = events.map((event, index) => ({ ...event, timestamp, sg_event_id: `${id} ${index}` }));
    return jsonRequest(JSON.stringify(fresh));
  },
});

export const handlers = [];
