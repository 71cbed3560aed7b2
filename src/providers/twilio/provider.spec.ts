import { parsePayload } from 'hookwell/handler-kit';
import { expect, it } from 'vitest';
import { definition } from './provider.js';

it.each([
  ['MessageSid=SM1&MessageStatus=sent&SmsStatus=sent', 'message.sent', 'SM1'],
  ['MessageSid=SM1&SmsStatus=received&Body=Hi', 'message.received', 'SM1'],
  ['CallSid=CA1&CallStatus=ringing', 'call.ringing', 'CA1'],
  ['CallSid=CA1&RecordingSid=RE1&RecordingStatus=completed', 'recording.completed', 'CA1'],
  ['AccountSid=AC1', null, null],
])('reads %s', (form, type, orderingKey) => {
  expect(definition.derive({ headers: {}, body: Buffer.from(form) })).toMatchObject({ type, orderingKey });
});

it('gives handlers the fields of the form', () => {
  const { headers, body } = definition.simulate({
    type: 'message.delivered',
    body: '{"To":"+1 555","MessageStatus":"delivered"}',
    id: 'i',
    now: new Date(),
  });
  expect(parsePayload(headers, body)).toEqual({ To: '+1 555', MessageStatus: 'delivered' });
});
