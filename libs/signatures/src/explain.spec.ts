import { expect, it } from 'vitest';
import { explain } from './explain.js';
import { stripe, x } from './schemes/index.js';
import type { LocalScheme } from './scheme.js';

const each: LocalScheme = {
  keys: 'given',
  secretName: 'secret',
  secretProblem: () => null,
  read: () => ({
    parts: ['one', 'two'].map((text) => ({
      signed: [text, Buffer.from('!')],
      matches: () => true,
      expected: (secret) => `${text} by ${secret}`,
    })),
  }),
};
const request = { method: 'POST', url: '', headers: {}, rawBody: Buffer.alloc(0) };
const keys = { resolve: () => Promise.resolve(null) };

it('tells of things that are each signed by themselves in their order', async () => {
  const { signed, expected } = await explain(each, request, ['x'], new Date(), keys);
  expect(signed?.toString()).toBe('one!\ntwo!');
  expect(expected).toEqual(['one by x… two by x…']);
});

it.each([
  ['a time far off', 't=1700000000,v1=' + 'a'.repeat(64), 'stale_timestamp'],
  ['a time that is none', 't=now,v1=' + 'a'.repeat(64), 'malformed_header'],
  ['no signature that could be one', 't=1769860800,v1=' + 'A'.repeat(64), 'malformed_header'],
])(
  'tells what is signed, and how the signature begins, also of a request with %s',
  async (_, header, reason) => {
    const sent = { ...request, headers: { 'stripe-signature': header }, rawBody: Buffer.from('{}') };
    const at = new Date('2026-01-31T12:00:00.000Z');
    const { verdict, signed, expected } = await explain(stripe, sent, ['x'], at, keys);
    expect(verdict).toMatchObject({ reason });
    expect(signed?.toString()).toBe(`${header.slice(2, header.indexOf(','))}.{}`);
    expect(expected).toEqual([expect.stringMatching(/^[0-9a-f]{8}…$/)]);
  },
);

it('tells how the signature of X begins', async () => {
  const headers = { 'x-twitter-webhooks-signature': `sha256=${Buffer.alloc(32).toString('base64')}` };
  const { expected } = await explain(x, { ...request, headers }, ['x'], new Date(), keys);
  expect(expected).toEqual([expect.stringMatching(/…$/)]);
});
