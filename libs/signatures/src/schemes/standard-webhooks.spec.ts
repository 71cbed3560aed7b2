import { generateKeyPairSync, type KeyObject, sign as signWith } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explain, secretProblem, sign, standardWebhooks, type Verdict, verify } from '../index.js';

const NOW = new Date('2026-01-31T12:00:00Z');
const rawBody = Buffer.from('{"type":"contact.created"}');
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

function keyPair(): { publicKey: string; privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bytes = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { publicKey: `whpk_${bytes.toString('base64')}`, privateKey };
}

const { publicKey, privateKey } = keyPair();
const other = keyPair();

const signed = sign(standardWebhooks, { id: 'msg_1', now: NOW, rawBody }, SECRET);
const v1 = signed['webhook-signature'] ?? '';
const v1a = (key = privateKey): string => {
  const content = Buffer.concat([Buffer.from(`msg_1.${NOW.getTime() / 1000}.`), rawBody]);
  return `v1a,${signWith(null, content, key).toString('base64')}`;
};

function check(signatures: string, ...secrets: string[]): Verdict {
  const headers = { ...signed, 'webhook-signature': signatures };
  return verify(standardWebhooks, { method: 'POST', url: '/', headers, rawBody }, secrets, NOW);
}

describe('a list of signatures of both kinds', () => {
  it.each([
    ['the secret, of both', `${v1} ${v1a()}`, SECRET],
    ['the public key, of both', `${v1} ${v1a()}`, publicKey],
    ['the public key, behind one of another', `${v1a(other.privateKey)} ${v1a()}`, publicKey],
    ['the public key, before one of another', `${v1a()} ${v1a(other.privateKey)}`, publicKey],
    ['the public key, beside what is none', `v1,?? v2,AAAA ${v1a()}`, publicKey],
  ])('holds by %s', (_, signatures, secret) => {
    expect(check(signatures, secret)).toEqual({ valid: true, secretIndex: 0 });
  });

  it('holds by whichever secret is meant', () => {
    expect(check(v1a(), SECRET, publicKey)).toEqual({ valid: true, secretIndex: 1 });
    expect(check(v1, publicKey, SECRET)).toEqual({ valid: true, secretIndex: 1 });
  });

  it.each([
    ['a public key by an HMAC', v1, publicKey],
    ['a secret by a public key', v1a(), SECRET],
    ['another public key', v1a(), other.publicKey],
    [
      'an HMAC with the text of the public key',
      sign(standardWebhooks, { id: 'msg_1', now: NOW, rawBody }, publicKey)['webhook-signature'] ?? '',
      publicKey,
    ],
  ])('does not hold: %s', (_, signatures, secret) => {
    expect(check(signatures, secret)).toMatchObject({ reason: 'signature_mismatch' });
  });
});

describe('a public key', () => {
  it('is 32 bytes in base64', () => {
    expect(secretProblem(standardWebhooks, publicKey)).toBeNull();
    for (const odd of [
      'whpk_',
      'whpk_AAAA',
      `${publicKey}AAAA`,
      publicKey.replace('=', ''),
      'whpk_not base64!',
    ]) {
      expect(secretProblem(standardWebhooks, odd)).toContain('whpk_');
    }
  });

  it('gives no signature to be shown', async () => {
    const request = { method: 'POST', url: '/', headers: { ...signed, 'webhook-signature': v1a() }, rawBody };
    const keys = { resolve: () => Promise.resolve(null) };
    const { expected } = await explain(standardWebhooks, request, [publicKey, SECRET], NOW, keys);
    expect(expected).toEqual([null, `${v1.slice('v1,'.length, 'v1,'.length + 8)}…`]);
  });
});
