import { describe, expect, it } from 'vitest';
import {
  adyenPlatform,
  github,
  googlePubsub,
  secretFrom,
  secretProblem,
  type SignatureScheme,
  standardWebhooks,
  stripe,
} from './index.js';

describe('secretProblem', () => {
  it.each<[string, SignatureScheme, string, string]>([
    ['standard-webhooks', standardWebhooks, '', 'empty'],
    ['stripe', stripe, '  ', 'empty'],
    ['github', github, 'secret\n', 'white space'],
    ['standard-webhooks', standardWebhooks, 'whsec_not base64!', 'base64'],
    ['standard-webhooks', standardWebhooks, 'whsec_', 'base64'],
    ['standard-webhooks', standardWebhooks, 'C2FVsBQIhrscChlQIMV-b5sSYspob7oD', 'base64'],
    ['adyen-platform', adyenPlatform, '1122334', 'hex'],
    ['adyen-platform', adyenPlatform, 'no hex', 'hex'],
  ])('names what is wrong with a secret of %s', (_, scheme, secret, problem) => {
    expect(secretProblem(scheme, secret)).toContain(problem);
  });

  it('takes hex in any case', () => {
    expect(secretProblem(adyenPlatform, '1122AABB')).toBeNull();
    expect(secretProblem(adyenPlatform, '1122aabb')).toBeNull();
  });
});

describe('secretFrom', () => {
  const bytes = Buffer.from('0123456789abcdef', 'hex');

  it.each<[string, SignatureScheme, string | null]>([
    ['github', github, 'whsec_ASNFZ4mrze8='],
    ['standard-webhooks', standardWebhooks, 'whsec_ASNFZ4mrze8='],
    ['adyen-platform', adyenPlatform, '0123456789abcdef'],
    ['google-pubsub', googlePubsub, null],
  ])('makes one of the form of %s, or none', (_, scheme, secret) => {
    expect(secretFrom(bytes, scheme)).toBe(secret);
  });
});
