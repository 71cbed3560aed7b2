import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../verdict.js';
import { verify } from '../verify.js';
import { x } from './x.js';

const CONSUMER = 'x-twitter-webhooks-signature';
const OAUTH2 = 'x-twitter-webhooks-signature-oauth2';

const mac = (body: string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`;
const check = (body: string, headers: Record<string, string>, secrets = ['a secret']): Verdict =>
  verify(x, { method: 'POST', url: '/webhooks/x', headers, rawBody: Buffer.from(body) }, secrets, new Date());

describe('x', () => {
  it.each(['token', '', '[]', '"text"', '7', 'null', '\uFEFF{}', '{"half":'])(
    'takes nothing for an event that a challenge could have had signed: %j',
    (body) => {
      expect(check(body, { [CONSUMER]: mac(body, 'a secret') })).toMatchObject({ reason: 'malformed_body' });
    },
  );

  it.each([CONSUMER, OAUTH2])('takes a signature in %s', (header) => {
    expect(check('{}', { [header]: mac('{}', 'a secret') })).toEqual({ valid: true, secretIndex: 0 });
    expect(check('{}', { [header]: mac('{}', 'another') })).toMatchObject({ reason: 'signature_mismatch' });
  });

  it.each(['the consumer secret', 'the client secret'])(
    'takes both signatures where it knows %s',
    (secret) => {
      const headers = {
        [CONSUMER]: mac('{}', 'the consumer secret'),
        [OAUTH2]: mac('{}', 'the client secret'),
      };
      expect(check('{}', headers, [secret]).valid).toBe(true);
      expect(check('{} ', headers, [secret]).valid).toBe(false);
    },
  );
});
