import { expect, it } from 'vitest';
import { definition } from './provider.js';

const SENT = new Date('2026-01-31T12:00:00.000Z');
const SIGNED = { 'svix-signature': 'v1,AAAA' };

it.each([
  ['where the sender says so', { timestamp: '2026-01-30T09:15:12Z' }, '2026-01-30T09:15:12.000Z'],
  ['as Resend says it', { created_at: '2026-01-30T09:15:12.5Z' }, '2026-01-30T09:15:12.500Z'],
  ['by the attempt, where the sender counts milliseconds', { timestamp: 1769764512000 }, SENT.toISOString()],
  ['by the attempt, where it says nothing', {}, SENT.toISOString()],
])('happened %s', (_, message, occurredAt) => {
  const headers = { ...SIGNED, 'svix-timestamp': String(SENT.getTime() / 1000) };
  const derived = definition.derive({ headers, body: Buffer.from(JSON.stringify(message)) });
  expect(derived.occurredAt?.toISOString()).toBe(occurredAt);
});

it("has the names of Standard Webhooks where the sender does not show Svix's", () => {
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(SENT.getTime() / 1000) };
  expect(definition.derive({ headers, body: Buffer.from('{}') })).toMatchObject({
    id: 'msg_1',
    occurredAt: SENT,
  });
});

it('takes its id from what is signed, and from nothing beside it', () => {
  const body = Buffer.from('{}');
  const unbranded = { 'webhook-signature': 'v1,AAAA', 'webhook-id': 'signed', 'svix-id': 'added' };
  const branded = { ...SIGNED, 'svix-id': 'signed', 'webhook-id': 'added' };
  for (const headers of [unbranded, branded]) expect(definition.derive({ headers, body }).id).toBe('signed');
});
