import { hmac, type HmacScheme } from '../hmac/hmac-scheme.js';
import { recordOf } from '../json-record.js';
import { Refusal } from '../refusal.js';
import type { RequestReader } from '../request-reader.js';

const OAUTH2_HEADER = 'x-twitter-webhooks-signature-oauth2';

const signedIn = (header: string): HmacScheme =>
  hmac(
    { signed: '{body}', signature: { header, prefix: 'sha256=', encoding: 'base64' } },
    'consumer secret, or OAuth 2.0 client secret',
  );

const consumer = signedIn('x-twitter-webhooks-signature');
const oauth2 = signedIn(OAUTH2_HEADER);

/**
 * An app with both secrets may be sent a signature by each. A receiver signs by the same formula whatever X, or anybody else, asks
 * it to in its challenge; so only a JSON object, which no challenge is, counts as signed by X.
 * https://docs.x.com/x-api/webhooks/introduction#signature-headers
 */
export const x: HmacScheme = {
  ...consumer,
  read: (request, now) => {
    const first = request.optionalHeader(OAUTH2_HEADER) === undefined ? consumer : oauth2;
    const claim = first.read(request, now);
    const other = first === oauth2 && hasConsumerHeader(request) ? consumer.read(request, now) : claim;
    return {
      signed: claim.signed,
      expected: (secret) => claim.expected?.(secret) ?? null,
      matches: (secret) => {
        const holds = claim.matches(secret) || other.matches(secret);
        if (holds && !isObject(request)) throw new Refusal('malformed_body', 'the body is no JSON object');
        return holds;
      },
    };
  },
};

function hasConsumerHeader(request: RequestReader): boolean {
  return request.optionalHeader(consumer.template.signature.header) !== undefined;
}

function isObject(request: RequestReader): boolean {
  const body = request.json();
  return recordOf(body) === body;
}
