import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { gitlab, type Verdict, verify } from '../index.js';

const SIGNING_TOKEN = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';
const NOW = new Date('2026-01-31T12:00:00Z');
const BODY = '{"object_kind":"push"}';
const timed = { 'webhook-id': 'u1', 'webhook-timestamp': String(NOW.getTime() / 1000) };

function check(headers: Record<string, string>, ...secrets: string[]): Verdict {
  return verify(gitlab, { method: 'POST', url: '/', headers, rawBody: Buffer.from(BODY) }, secrets, NOW);
}

function signedWith(token: string): Record<string, string> {
  return { ...timed, 'webhook-signature': new Webhook(token).sign('u1', NOW, BODY) };
}

it('holds by the secret token, by the signing token, or by either where it comes with both', () => {
  const both = { ...signedWith(SIGNING_TOKEN), 'x-gitlab-token': 'shown' };
  expect(check({ 'x-gitlab-token': 'shown' }, 'shown').valid).toBe(true);
  expect(check(signedWith(SIGNING_TOKEN), SIGNING_TOKEN).valid).toBe(true);
  expect([check(both, SIGNING_TOKEN).valid, check(both, 'shown').valid]).toEqual([true, true]);
});

it('takes a signing token that was set as the secret token', () => {
  expect(check({ 'x-gitlab-token': SIGNING_TOKEN }, SIGNING_TOKEN).valid).toBe(true);
});

it.each(['whsec_', 'whsec_***', 'bm90IGEgc2lnbmluZyB0b2tlbg=='])(
  'takes no signature by a secret token that is no signing token: %s',
  (secret) => {
    for (const key of [Buffer.alloc(0), Buffer.from(secret), Buffer.from(secret, 'base64')]) {
      const mac = createHmac('sha256', key).update(`u1.${timed['webhook-timestamp']}.${BODY}`);
      const forged = { ...timed, 'webhook-signature': `v1,${mac.digest('base64')}` };
      expect(check(forged, secret)).toMatchObject({ reason: 'signature_mismatch' });
    }
  },
);

it.each([
  ['stale', { 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' }],
  ['of another kind', { 'webhook-signature': 'v2,AAAA' }],
  ['empty', { 'webhook-signature': '' }],
])('takes a secret token that is right beside a signature that is %s', (_, change) => {
  const headers = { ...signedWith(SIGNING_TOKEN), ...change, 'x-gitlab-token': 'shown' };
  expect(check(headers, SIGNING_TOKEN, 'shown')).toEqual({ valid: true, secretIndex: 1 });
  expect(check({ ...headers, 'x-gitlab-token': 'other' }, 'shown', SIGNING_TOKEN).valid).toBe(false);
});

it('needs one of the two headers', () => {
  expect(check({}, 'shown', SIGNING_TOKEN)).toMatchObject({ reason: 'missing_header' });
});
