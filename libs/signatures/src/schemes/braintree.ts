import { createHash } from 'node:crypto';
import { sameBytes } from '../constant-time.js';
import { fieldOf, formOf } from '../form.js';
import { hmacOf } from '../hmac/hmac-scheme.js';
import { Refusal } from '../refusal.js';
import type { LocalScheme } from '../scheme.js';
import { strictly } from '../secret.js';

const SIGNATURE_BYTES = 20;
/** Base64 in lines. */
const PAYLOAD = /^[A-Za-z0-9+/=\n]+$/;

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
      matches: (secret) =>
        spellings.some((spelling) => {
          const expected = digest(spelling, secret);
          return signatures.some((signature) => sameBytes(signature, expected));
        }),
      expected: (secret) => digest(payload, secret).toString('hex'),
    };
  },
};

function digest(payload: string, secret: string): Buffer {
  return hmacOf('sha1', createHash('sha1').update(secret).digest(), [payload]);
}

function signaturesOf(list: string): Buffer[] {
  const signatures = list
    .split('&')
    .map((pair) => strictly(/^[^|]+\|([^|]+)$/.exec(pair)?.[1] ?? '', 'hex'))
    .filter((signature) => signature.length === SIGNATURE_BYTES);
  if (signatures.length > 0) return signatures;
  throw new Refusal('malformed_body', 'bt_signature has no well-formed signature');
}
