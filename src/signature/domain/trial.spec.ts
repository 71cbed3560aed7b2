import { expect, it } from 'vitest';
import { ownProvider } from './own/own-provider.js';
import { tryOut } from './trial.js';
import type { Source } from './verified-webhook.js';

const SECRET = 'pä/ss w"ord+💥';
const definition = ownProvider('custom:acme', {
  scheme: { signed: '{body}', signature: { header: 'x-signature', encoding: 'hex' } },
});
const source = { name: 'acme', enabled: true, definition, access: { asked: [] }, secrets: [], unopened: [] };

it.each([
  ['as it is', SECRET],
  ['in JSON', JSON.stringify(SECRET)],
  ['in JSON as Python writes it', String.raw`"p\u00e4/ss w\"ord+\ud83d\udca5"`],
  ['in JSON as PHP writes it', String.raw`"p\u00e4\/ss w\"ord+\ud83d\udca5"`],
  ['in a form', `token=${new URLSearchParams({ x: SECRET }).toString().slice(2)}&a=b`],
  ['in an address', `?token=${encodeURIComponent(SECRET)}`],
  ['in base64', Buffer.from(SECRET).toString('base64')],
])('hides a secret %s', async (_, body) => {
  const now = new Date('2026-01-31T12:00:00.000Z');
  const request = {
    method: 'POST',
    url: '',
    headers: { 'x-signature': '0'.repeat(64) },
    rawBody: Buffer.from(body),
  };
  const keys = { resolve: () => Promise.resolve(null) };
  const { signed } = await tryOut(source as unknown as Source, request, { at: now, now }, keys, [SECRET]);
  expect(signed?.toString()).toContain('[secret]');
  expect(signed?.toString()).not.toMatch(/ord|3NzI/);
});
