import { describe, expect, it } from 'vitest';
import { sign } from '../sign.js';
import { verify } from '../verify.js';
import { hmac } from './hmac-scheme.js';
import type { HmacTemplate } from './template.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const SIGNATURE = { header: 'x-signature', encoding: 'hex' } as const;

describe('an id beside the body', () => {
  const verdict = (
    template: HmacTemplate,
    signedId: string,
    id: string,
    signedBody: string,
    body: string,
  ) => {
    const scheme = hmac(template);
    const url = 'https://hooks.example.com/a';
    const headers = sign(
      scheme,
      { id: signedId, now: NOW, rawBody: Buffer.from(signedBody), url },
      'a secret',
    );
    const request = { method: 'POST', url, headers: { ...headers, 'x-id': id }, rawBody: Buffer.from(body) };
    return verify(scheme, request, ['a secret'], NOW);
  };

  it.each([
    ['{id}.{body}', 'evt1.amount=1', '500&user=5', 'evt1', 'amount=1.500&user=5'],
    ['{body}.{id}', '500&user=5.evt1', 'amount=1', 'evt1', 'amount=1.500&user=5'],
    ['{id}--{body}', 'evt1-', '5', 'evt1', '-5'],
    ['{body}--{id}', '-evt1', '5', 'evt1', '5-'],
    ['{id}.{method}{body}', 'evt1.POSTa=1', 'b', 'evt1', 'a=1.POSTb'],
    ['{id}.{url}.{body}', 'evt1.https://hooks.example.com/a', 'b', 'evt1', 'https://hooks.example.com/a.b'],
  ])('cannot take a part of it: %s', (signed, id, body, signedId, signedBody) => {
    const template: HmacTemplate = { signed, signature: SIGNATURE, id: { header: 'x-id' } };
    expect(verdict(template, signedId, signedId, signedBody, signedBody)).toMatchObject({ valid: true });
    expect(verdict(template, signedId, id, signedBody, body)).toMatchObject({ reason: 'malformed_header' });
  });

  it.each(['{id}.{timestamp}.{body}', '{timestamp}-{id}.x-{body}'])(
    'may have the text in it that only parts it from a time, or the next text: %s',
    (signed) => {
      const template: HmacTemplate = {
        signed,
        signature: SIGNATURE,
        id: { header: 'x-id' },
        timestamp: { at: { header: 'x-time' }, unit: 'seconds', tolerance: 300 },
      };
      expect(verdict(template, 'a.b', 'a.b', '{}', '{}')).toMatchObject({ valid: true });
    },
  );
});

it('takes no zeros from the end of the body before its time', () => {
  const scheme = hmac({
    signed: '{body}{timestamp}',
    signature: SIGNATURE,
    timestamp: { at: { header: 'x-time' }, unit: 'seconds', tolerance: 300 },
  });
  const genuine = { id: '', now: NOW, rawBody: Buffer.from('amount=100') };
  const headers = sign(scheme, genuine, 'a secret');
  const held = (body: string, zeros: string): unknown => {
    const time = zeros + String(headers['x-time']);
    const request = {
      method: 'POST',
      url: '',
      headers: { ...headers, 'x-time': time },
      rawBody: Buffer.from(body),
    };
    return verify(scheme, request, ['a secret'], NOW);
  };
  expect(held('amount=100', '')).toMatchObject({ valid: true });
  expect(held('amount=1', '00')).toMatchObject({ reason: 'malformed_header' });
});
