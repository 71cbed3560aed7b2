import { parsePayload } from 'hookwell/handler-kit';
import { expect, it } from 'vitest';
import { definition } from './provider.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const SIGNED = 'timestamp=1769860800&token=a&signature=b';

function derived(form: string): ReturnType<typeof definition.derive> {
  return definition.derive({ headers: FORM, body: Buffer.from(form) });
}

it('takes a mail that comes again for a repeat, also where it is signed anew', () => {
  const mail = 'recipient=alice%40example.com&Message-Id=%3C1%40example.com%3E&body-plain=Hi';
  const { id } = derived(`${mail}&${SIGNED}`);
  expect(derived(`${mail}&timestamp=1769861400&token=c&signature=d&parent-signature=e`).id).toBe(id);
  expect(derived(`${mail}&${SIGNED}&body-html=Hi`).id).not.toBe(id);
  expect(derived(`${mail.replace('alice', 'bob')}&${SIGNED}`).id).not.toBe(id);
});

it('knows no message of a mail that does not name it, as where it comes as MIME', () => {
  const mail = derived(`recipient=alice%40example.com&body-mime=Hi&${SIGNED}`);
  expect(mail).toMatchObject({ type: 'forward', orderingKey: null });
});

it('gives handlers the fields of the form', () => {
  const { headers, body } = definition.simulate({
    type: 'forward',
    body: '{"recipient":"alice@example.com","body-plain":"Hi"}',
    id: 'i',
    now: new Date('2026-01-31T12:00:00.500Z'),
  });
  expect(parsePayload(headers, body)).toEqual({
    recipient: 'alice@example.com',
    'body-plain': 'Hi',
    'Message-Id': '<i@mail.example.com>',
    timestamp: '1769860800',
  });
});

it.each([
  ['store', 'domain=example.com&message-url=https%3A%2F%2Fstorage-eu.api.mailgun.net%2Fv3%2Fm'],
  ['forward', 'message-url=https%3A%2F%2Fstorage.api.mailgun.net%2Fv3%2Fm'],
  ['forward', 'domain=example.com&message-url=https%3A%2F%2Fmailgun.net.evil.example%2F'],
  ['forward', 'domain=example.com&message-url=https%3A%2F%2Fevil.example%2Fmailgun.net%2F'],
  [
    'forward',
    'domain=a&message-url=https%3A%2F%2Fa.mailgun.net%2Fa&message-url=https%3A%2F%2Fevil.example%2F',
  ],
])('is of the type %s, which no header of a mail can change: %s', (type, fields) => {
  expect(derived(`${fields}&${SIGNED}`).type).toBe(type);
});
