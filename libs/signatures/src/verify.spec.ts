import { describe, expect, it } from 'vitest';
import type { KeyResolver, LocalScheme } from './scheme.js';
import { awsSns } from './schemes/aws-sns.js';
import { github } from './schemes/github.js';
import { sign } from './sign.js';
import { verify, verifyAsync } from './verify.js';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';
const message = {
  Type: 'Notification',
  MessageId: '1',
  TopicArn: TOPIC,
  Message: 'hello',
  Timestamp: '2026-01-31T12:00:00.000Z',
  SignatureVersion: '2',
  SigningCertURL: 'https://sns.us-east-1.amazonaws.com/a.pem',
  Signature: 'AAAA',
};
const request = { method: 'POST', url: '', headers: {}, rawBody: Buffer.from(JSON.stringify(message)) };

describe('verify', () => {
  it('passes over what is no secret', () => {
    const rawBody = Buffer.from('{}');
    const headers = sign(github, { id: '', now: new Date(), rawBody }, 'known');
    const secrets = [undefined, null, 1, '', ' ', 'known'] as string[];
    expect(verify(github, { method: 'POST', url: '', headers, rawBody }, secrets, new Date())).toEqual({
      valid: true,
      secretIndex: 5,
    });
    expect(
      verify(github, { method: 'POST', url: '', headers, rawBody }, secrets.slice(0, 5), new Date()),
    ).toMatchObject({
      reason: 'no_secret',
    });
  });

  it('takes a secret with all its white space', () => {
    const rawBody = Buffer.from('{}');
    const headers = sign(github, { id: '', now: new Date(), rawBody }, ' chosen\n');
    const given = { method: 'POST', url: '', headers, rawBody };
    expect(verify(github, given, [' chosen\n'], new Date()).valid).toBe(true);
    expect(verify(github, given, ['chosen'], new Date()).valid).toBe(false);
  });

  it('takes a request with nothing signed in it for none that holds', () => {
    const nothing: LocalScheme = {
      keys: 'given',
      secretName: 'secret',
      secretProblem: () => null,
      read: () => ({ parts: [] }),
    };
    expect(verify(nothing, request, ['a secret'], new Date())).toMatchObject({ valid: false });
  });
});

describe('verifyAsync', () => {
  it.each<[string, () => unknown]>([
    ['gives a text in place of a key', () => Promise.resolve('-----BEGIN CERTIFICATE-----')],
    ['gives nothing', () => undefined],
    ['rejects', () => Promise.reject(new Error('away'))],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    ['rejects with no error', () => Promise.reject(undefined)],
    [
      'throws',
      () => {
        throw new Error('away');
      },
    ],
  ])('does not blame the sender where the resolver of keys %s', async (_, resolve) => {
    const keys = { resolve } as KeyResolver;
    expect(await verifyAsync(awsSns, request, [TOPIC], new Date(), keys)).toMatchObject({
      reason: 'key_unavailable',
    });
  });

  it('says so where the provider has no such key', async () => {
    const keys = { resolve: () => Promise.resolve(null) };
    expect(await verifyAsync(awsSns, request, [TOPIC], new Date(), keys)).toMatchObject({
      reason: 'unknown_key',
    });
  });
});
