import { createHash } from 'node:crypto';
import { fieldOf, formOf } from '../form.js';
import { Mac } from '../hmac/mac.js';
import { Refusal } from '../refusal.js';
import type { LocalScheme } from '../scheme.js';

/** Base64 in lines. */
const PAYLOAD = /^[A-Za-z0-9+/=\n]+$/;

const mac = new Mac('sha1', 'hex');

/**
 * The form's `bt_signature` is a list of a public key and a signature for each; the private key tells which one is meant.
 * https://developer.paypal.com/braintree/docs/guides/webhooks/parse
 */
export const braintree: LocalScheme = {
  keys: 'given',
  secretName: 'private key',
  secretProblem: () => null,
  read: (request) => {
    const form = formOf(request);
    const payload = fieldOf(form, 'bt_payload');
    if (!PAYLOAD.test(payload)) throw new Refusal('malformed_body', 'bt_payload is not base64');
    const signatures = signaturesOf(fieldOf(form, 'bt_signature'));
    // Its line end may have been lost on the way.
    const spellings = [payload, `${payload}\n`];
    return {
      signed: [payload],
      matches: (secret) => spellings.some((spelling) => mac.isOneOf(signatures, keyOf(secret), [spelling])),
      expected: (secret) => mac.of(keyOf(secret), [payload]),
    };
  },
};

function keyOf(secret: string): Buffer {
  return createHash('sha1').update(secret).digest();
}

function signaturesOf(list: string): string[] {
  const signatures = list
    .split('&')
    .map((pair) => /^[^|]+\|([^|]+)$/.exec(pair)?.[1] ?? '')
    .filter((text) => mac.isWellFormed(text));
  if (signatures.length > 0) return signatures;
  throw new Refusal('malformed_body', 'bt_signature has no well-formed signature');
}
