import { parsePayload } from 'hookwell/handler-kit';
import { expect, it } from 'vitest';
import { definition } from './provider.js';

function occurredAt(form: string): Date | null {
  return definition.derive({ headers: {}, body: Buffer.from(form) }).occurredAt;
}

it.each([
  ['MessageSid=SM1&MessageStatus=sent&SmsStatus=sent', 'message.sent', 'SM1'],
  ['MessageSid=SM1&SmsStatus=received&Body=Hi', 'message.received', 'SM1'],
  ['CallSid=CA1&CallStatus=ringing', 'call.ringing', 'CA1'],
  ['CallSid=CA1&RecordingSid=RE1&RecordingStatus=completed', 'recording.completed', 'CA1'],
  ['EventType=onMessageAdded&ConversationSid=CH1&MessageSid=IM1', 'onMessageAdded', 'CH1'],
  ['EventType=onConversationStateUpdated&ConversationSid=CH1', 'onConversationStateUpdated', 'CH1'],
  ['EventType=&MessageSid=SM1&MessageStatus=sent', 'message.sent', 'SM1'],
  ['AccountSid=AC1', null, null],
])('reads %s', (form, type, orderingKey) => {
  expect(definition.derive({ headers: {}, body: Buffer.from(form) })).toMatchObject({ type, orderingKey });
});

const STARTED = 'RecordingStartTime=Fri%2C+30+Jan+2026+09%3A15%3A12+%2B0000';
const CREATED = 'DateCreated=2026-01-30T09%3A15%3A12.000Z';

it.each([
  ['a call, that of the request', 'Timestamp=Fri%2C+30+Jan+2026+09%3A15%3A12+%2B0000'],
  ['a recording that began, that of its beginning', `RecordingStatus=in-progress&${STARTED}`],
  ['a message that was added', `EventType=onMessageAdded&${CREATED}`],
])('has the time of %s', (_, form) => {
  expect(occurredAt(form)).toEqual(new Date('2026-01-30T09:15:12Z'));
});

it.each([`RecordingStatus=completed&${STARTED}`, `EventType=onMessageUpdated&${CREATED}`])(
  'has none of %s, which has the time of the beginning',
  (form) => {
    expect(occurredAt(form)).toBeNull();
  },
);

it('gives handlers the fields of the form', () => {
  const { headers, body } = definition.simulate({
    type: 'message.delivered',
    body: '{"To":"+1 555","MessageStatus":"delivered"}',
    id: 'i',
    now: new Date(),
  });
  expect(parsePayload(headers, body)).toEqual({ To: '+1 555', MessageStatus: 'delivered' });
});
