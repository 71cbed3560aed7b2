import { googlePubsub, hmac, type HmacTemplate, okta, schemes } from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';
import { signsInAuthorization } from './authorization-header.js';

const PLAIN: HmacTemplate = { signed: '{body}', signature: { header: 'x-sig', encoding: 'hex' } };
const USUAL = 'Basic dXNlcjpwYXNz';
const NAMED = 'x-okta-key: s3cret';

describe('signsInAuthorization', () => {
  it.each<[boolean, Partial<HmacTemplate>]>([
    [false, {}],
    [true, { signature: { ...PLAIN.signature, header: 'authorization' } }],
    [true, { id: { header: 'authorization' } }],
    [true, { timestamp: { at: { header: 'authorization' }, unit: 'seconds' } }],
    [false, { timestamp: { at: { pointer: '/authorization' }, unit: 'seconds' } }],
  ])('is %s of a template with %j', (expected, change) => {
    expect(signsInAuthorization(hmac({ ...PLAIN, ...change }), ['a secret'])).toBe(expected);
  });

  it.each<[boolean, readonly string[]]>([
    [true, []],
    [true, [USUAL]],
    [false, [NAMED]],
    [false, [USUAL, NAMED]],
  ])('is %s of Okta with %j', (expected, secrets) => {
    expect(signsInAuthorization(okta, secrets)).toBe(expected);
  });

  it('is true of Google Pub/Sub, and of no other provider whatever its secret', () => {
    const others = Object.values(schemes).filter((scheme) => scheme !== googlePubsub && scheme !== okta);
    expect(signsInAuthorization(googlePubsub, ['a@b.iam.gserviceaccount.com'])).toBe(true);
    expect(others.filter((scheme) => signsInAuthorization(scheme, ['a secret']))).toEqual([]);
  });
});
