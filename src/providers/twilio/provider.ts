import { defineProvider, headerField, timeField } from 'hookwell/handler-kit';
import { twilio } from 'hookwell/signatures';

/**
 * https://www.twilio.com/docs/usage/webhooks
 *
 * A request is a form, of which a handler gets the fields. Twilio names no types: ours are made of what it tells the status of,
 * `message.delivered` say. The samples are made after the documented fields of
 * https://www.twilio.com/docs/messaging/guides/track-outbound-message-status and
 * https://www.twilio.com/docs/voice/api/call-resource#statuscallback
 */
export const definition = defineProvider({
  slug: 'twilio',
  displayName: 'Twilio',
  documentation: 'https://www.twilio.com/docs/usage/webhooks',
  scheme: twilio,
  delivery: { answerWithinMs: 15_000, retries: 'none but those that the address asks for' },
  // An incoming message is answered with instructions: here with none. Anything but TwiML is an error to Twilio.
  answer: { status: 200, headers: { 'content-type': 'text/xml' }, body: '<Response></Response>' },
  derive: ({ headers, body }) => {
    const form = new URLSearchParams(body.toString('utf8'));
    return {
      id: headerField(headers, 'i-twilio-idempotency-token'),
      type: eventType(form),
      orderingKey: form.get('MessageSid') ?? form.get('CallSid'),
      occurredAt: timeField(form.get('Timestamp')),
    };
  },
  simulate: ({ body, id, now }) => {
    const form = new URLSearchParams(JSON.parse(body) as Record<string, string>);
    if (form.has('Timestamp')) form.set('Timestamp', now.toUTCString());
    return {
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'i-twilio-idempotency-token': id,
      },
      body: Buffer.from(form.toString()),
    };
  },
});

/** The fields that tell a status, and of what; the first that is there counts. */
const STATUSES = [
  ['RecordingStatus', 'recording'],
  ['MessageStatus', 'message'],
  ['SmsStatus', 'message'],
  ['CallStatus', 'call'],
] as const;

function eventType(form: URLSearchParams): string | null {
  const told = STATUSES.find(([field]) => form.has(field));
  return told === undefined ? null : `${told[1]}.${form.get(told[0])}`;
}

export const handlers = [];
