import { sameText, sha256 } from '../constant-time.js';
import { formOf, isForm } from '../form.js';
import { Mac } from '../hmac/mac.js';
import { Refusal } from '../refusal.js';
import { RequestReader } from '../request-reader.js';
import type { LocalScheme } from '../scheme.js';
import { addressesOf } from './twilio/addresses.js';

const SIGNATURE = 'x-twilio-signature';
const BODY_HASH = 'bodySHA256';

const mac = new Mac('sha1', 'base64');

/**
 * A form is signed as its decoded fields behind the address, with nothing between them; any other body only by the hash in the
 * address, so that JSON without one is refused, or whatever else the request calls its body. One that it does not name is a form.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export const twilio: LocalScheme = {
  keys: 'given',
  secretName: 'auth token',
  secretProblem: () => null,
  read: (request) => {
    const signature = request.header(SIGNATURE);
    if (!mac.isWellFormed(signature)) {
      throw new Refusal('malformed_header', `${SIGNATURE} has no well-formed signature`);
    }
    const fields = signedFields(request);
    const addresses = addressesOf(request.url);
    const [usual] = addresses;
    return {
      signed: [usual, fields],
      matches: (secret) =>
        addresses.some((address) => mac.isOneOf([signature], Buffer.from(secret), [address, fields])),
      expected: (secret) => mac.of(Buffer.from(secret), [usual, fields]),
    };
  },
  sign: ({ method, url, rawBody }, secret) => {
    const fields = signedFields(new RequestReader({ method, url, headers: {}, rawBody }));
    return { [SIGNATURE]: mac.of(Buffer.from(secret), [url, fields]) };
  },
};

/** What of the body is signed beside the address. */
function signedFields(request: RequestReader): string {
  const hash = bodyHash(request.url);
  if (hash !== null) {
    if (!sameText(hash, sha256(request.body).toString('hex'))) {
      throw new Refusal('signature_mismatch', `the body is not the one of ${BODY_HASH}`);
    }
    return '';
  }
  if (request.body.length > 0 && request.optionalHeader('content-type') !== undefined && !isForm(request)) {
    throw new Refusal(
      'malformed_body',
      `the body is no form and the address has no ${BODY_HASH}: it is not signed`,
    );
  }
  const fields = new Map<string, Set<string>>();
  for (const [name, value] of formOf(request)) fields.set(name, (fields.get(name) ?? new Set()).add(value));
  return [...fields.keys()]
    .sort()
    .map((name) => repeated(name, fields.get(name) ?? new Set()))
    .join('');
}

/** A field that is there several times is signed once for each of its different values. */
function repeated(name: string, values: ReadonlySet<string>): string {
  return [...values]
    .sort()
    .map((value) => name + value)
    .join('');
}

function bodyHash(address: string): string | null {
  const start = address.indexOf('?');
  return start === -1 ? null : new URLSearchParams(address.slice(start)).get(BODY_HASH);
}
