import { defineProvider, headerField, timeField } from 'hookwell/handler-kit';
import { twilio } from 'hookwell/signatures';

/**
 * https://www.twilio.com/docs/usage/webhooks
 *
 * A request is a form, of which a handler gets the fields. Conversations name their types, `onMessageAdded` say. Elsewhere ours are made of
 * what Twilio tells the status of, `message.delivered` say. The samples are made after the documented fields of
 * https://www.twilio.com/docs/messaging/guides/track-outbound-message-status,
 * https://www.twilio.com/docs/voice/api/call-resource#statuscallback and
 * https://www.twilio.com/docs/conversations/conversations-webhooks
 */
export const definition = defineProvider({
  slug: 'twilio',
  displayName: 'Twilio',
  documentation: 'https://www.twilio.com/docs/usage/webhooks',
  scheme: twilio,
  // Conversations wait for 5 s: https://www.twilio.com/docs/conversations/conversations-webhooks
  delivery: { answerWithinMs: 15_000, retries: 'none but those that the address asks for' },
  // An incoming message is answered with instructions: here with none. Anything but TwiML is an error to Twilio.
  answer: { status: 200, headers: { 'content-type': 'text/xml' }, body: '<Response></Response>' },
  derive: ({ headers, body }) => {
    const form = new URLSearchParams(body.toString('utf8'));
    return {
      id: headerField(headers, 'i-twilio-idempotency-token'),
      type: eventType(form),
      orderingKey: form.get('ConversationSid') ?? form.get('MessageSid') ?? form.get('CallSid'),
      occurredAt: timeField(form.get('Timestamp') ?? beginningIn(form)),
    };
  },
  simulate: ({ body, id, now }) => {
    const form = new URLSearchParams(JSON.parse(body) as Record<string, string>);
    if (form.has('Timestamp')) form.set('Timestamp', now.toUTCString());
    if (form.has('DateCreated')) form.set('DateCreated', now.toISOString());
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
  const named = form.get('EventType');
  if (named) return named;
  const told = STATUSES.find(([field]) => form.has(field));
  return told === undefined ? null : `${told[1]}.${form.get(told[0])}`;
}

/**
 * When a recording began, or when what was added was made. What happens to them later comes with the same time, which is not its own.
 * https://www.twilio.com/docs/voice/twiml/recording
 */
function beginningIn(form: URLSearchParams): string | null {
  if (form.get('RecordingStatus') === 'in-progress') return form.get('RecordingStartTime');
  return form.get('EventType')?.endsWith('Added') ? form.get('DateCreated') : null;
}

export const handlers = [];
