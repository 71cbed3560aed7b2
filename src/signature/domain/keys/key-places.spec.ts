import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificate } from '../../../../test/support/fetched-keys/certificates.js';
import { certificateAt } from './certificate.js';
import { type KeyAnswer, NO_KEY } from './key-place.js';
import { keySetAt } from './key-set.js';
import { plaidKey } from './plaid-key.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const HOUR = 3_600_000;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const answered = (status: number, body: string, cacheControl = '', age = 0): KeyAnswer => ({
  status,
  cacheControl,
  age,
  body: Buffer.from(body),
});
const off = (ms: number): Date => new Date(NOW.getTime() + ms);

describe('a certificate', () => {
  const pem = (names: readonly string[], validity: { from?: Date; to?: Date } = {}): string =>
    certificate({ publicKey: rsa.publicKey, issuerKey: rsa.privateKey, names, now: NOW, ...validity });
  const at = (host: string): NonNullable<ReturnType<typeof certificateAt>> => {
    const place = certificateAt(`https://${host}/a.pem`);
    if (!place) throw new Error(`nobody keeps certificates at ${host}`);
    return place;
  };
  const sns = at('sns.us-east-1.amazonaws.com');
  const OF_SNS = ['sns.amazonaws.com'];

  it.each([
    ['sns.us-east-1.amazonaws.com', 'sns.amazonaws.com'],
    ['sns.ap-east-1.amazonaws.com', 'sns-signing.ap-east-1.amazonaws.com'],
    ['sns.us-gov-east-1.amazonaws.com', 'sns-us-gov-west-1.amazonaws.com'],
    ['sns.cn-north-1.amazonaws.com.cn', 'sns-cn-north-1.amazonaws.com.cn'],
    ['api.paypal.com', 'messageverificationcerts.paypal.com'],
    ['api.sandbox.paypal.com', 'messageverificationcerts.sandbox.paypal.com'],
  ])('that %s keeps for %s is taken', (host, name) => {
    const { value, forMs } = at(host).read(answered(200, pem([name])), NOW);
    expect(value?.equals(rsa.publicKey)).toBe(true);
    expect(forMs).toBe(HOUR);
  });

  it.each([
    ['of another service', pem(['s3.amazonaws.com'])],
    ['of another region', pem(['sns-signing.ap-east-1.amazonaws.com'])],
    ['of any service', pem(['*.amazonaws.com'])],
    ['of PayPal', pem(['messageverificationcerts.paypal.com'])],
    ['that has expired', pem(OF_SNS, { to: NOW })],
    ['that is not valid yet', pem(OF_SNS, { from: off(1000) })],
  ])('%s is none of SNS', (_, text) => {
    expect(sns.read(answered(200, text), NOW)).toEqual(NO_KEY);
  });

  it('is believed until it expires', () => {
    expect(sns.read(answered(200, pem(OF_SNS, { from: NOW, to: off(5000) })), NOW).forMs).toBe(5000);
  });

  it.each([
    'https://evil.example/a.pem',
    'https://sns.us-east-1.amazonaws.com.evil.example/a.pem',
    'https://sns.us-east-1.amazonaws.com:8443/a.pem',
    'http://sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.s3-us-west-2.amazonaws.com/a.pem',
    'https://sns.s3-accelerate.amazonaws.com/a.pem',
    'https://evilpaypal.com/a',
    'https://other.paypal.com/a',
    'no address',
  ])('is not looked for at %s', (url) => {
    expect(certificateAt(url)).toBeNull();
  });

  it.each([400, 403, 404, 410])('is not there where the answer is %d', (status) => {
    expect(sns.read(answered(status, ''), NOW)).toEqual(NO_KEY);
  });

  it.each([301, 401, 408, 429, 500, 503])('may be there where the answer is %d', (status) => {
    expect(() => sns.read(answered(status, ''), NOW)).toThrow(String(status));
  });

  it('may be there where the answer is none', () => {
    expect(() => sns.read(answered(200, '<html>'), NOW)).toThrow();
  });
});

describe("a key of Plaid's", () => {
  const key = { ...ec.publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256', use: 'sig' };
  const place = plaidKey('client:secret', 'a');
  const told = (status: number, body: object): ReturnType<typeof place.read> =>
    place.read(answered(status, JSON.stringify(body)), NOW);

  it('is asked for with our credentials, at the sandbox where they are its', () => {
    const body = { client_id: 'client', secret: 'secret', key_id: 'a' };
    expect(place.question).toEqual({
      url: 'https://production.plaid.com/webhook_verification_key/get',
      body,
    });
    expect(plaidKey('sandbox:client:secret', 'a').question).toEqual({
      url: 'https://sandbox.plaid.com/webhook_verification_key/get',
      body,
    });
  });

  it('is taken while it is in use', () => {
    const { value, forMs } = told(200, { key: { ...key, expired_at: null } });
    expect(value?.equals(ec.publicKey)).toBe(true);
    expect(forMs).toBe(HOUR);
  });

  it('is none once it has expired', () => {
    expect(told(200, { key: { ...key, expired_at: NOW.getTime() / 1000 } })).toEqual(NO_KEY);
  });

  it('is none where Plaid knows none, and not where it only refuses us', () => {
    expect(told(400, { error_code: 'INVALID_WEBHOOK_VERIFICATION_KEY_ID' })).toEqual(NO_KEY);
    expect(() => told(400, { error_code: 'INVALID_API_KEYS' })).toThrow('400');
    expect(() => told(500, {})).toThrow('500');
    expect(() => told(200, {})).toThrow('200');
  });
});

describe('a set of keys', () => {
  const key = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'RS256', use: 'sig' };
  const body = JSON.stringify({ keys: [key] });
  const place = keySetAt('https://www.googleapis.com/oauth2/v3/certs');
  if (!place) throw new Error('Google keeps keys there');
  const life = (cacheControl: string, age = 0): number =>
    place.read(answered(200, body, cacheControl, age), NOW).forMs;

  it('has its keys by their id', async () => {
    const { value: set } = place.read(answered(200, body), NOW);
    expect((await set?.key('a'))?.equals(rsa.publicKey)).toBe(true);
    expect(await set?.key('a')).toBe(await set?.key('a'));
    expect(await set?.key('b')).toBeNull();
  });

  it('is believed as long as its provider says, within bounds', () => {
    expect(life('public, max-age=20000, must-revalidate', 100)).toBe(19_900_000);
    expect(life('max-age=20000')).toBe(20_000_000);
    expect(life('s-max-age=20000')).toBe(300_000);
    expect(life('')).toBe(300_000);
    expect(life('max-age=0')).toBe(60_000);
    expect(life('max-age=99999999999999999999')).toBe(24 * HOUR);
  });

  it('is not looked for elsewhere', () => {
    expect(keySetAt('https://www.googleapis.com.evil.example/certs')).toBeNull();
  });

  it.each([
    [500, body],
    [404, body],
    [200, '{}'],
    [200, '<html>'],
  ])('is not told by an answer %d %s', (status, text) => {
    expect(() => place.read(answered(status, text), NOW)).toThrow();
  });
});
