import type { HandshakeRequest } from 'hookwell/handler-kit';
import { expect, it } from 'vitest';
import { definition } from './provider.js';

const idOf = (delivery: string, body: string): string | null =>
  definition.derive({ headers: { 'x-wc-webhook-delivery-id': delivery }, body: Buffer.from(body) }).id;

it('tells apart what was sent within a second, and what happens again', () => {
  expect(idOf('a', '{"id":1}')).not.toBe(idOf('a', '{"id":2}'));
  expect(idOf('a', '{"id":1}')).not.toBe(idOf('b', '{"id":1}'));
  expect(idOf('a', '{"id":1}')).toBe(idOf('a', '{"id":1}'));
});

it.each([
  ['POST', 'webhook_id=12', { status: 200, body: '' }],
  ['GET', 'webhook_id=12', null],
  ['POST', 'webhook_id=12&id=1', null],
  ['POST', '{"id":1}', null],
])('answers the ping alone: %s %s', (method, body, answer) => {
  const [ping] = definition.handshakes;
  const request = { method, body: Buffer.from(body) } as HandshakeRequest;
  expect(ping?.answer(request)).toEqual(answer);
});
