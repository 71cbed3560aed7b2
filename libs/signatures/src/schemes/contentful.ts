import { escape } from 'node:querystring';
import { Mac } from '../hmac/mac.js';
import { Refusal } from '../refusal.js';
import { RequestReader } from '../request-reader.js';
import type { LocalScheme } from '../scheme.js';
import { checkTimestamp } from '../timestamp.js';

const SIGNATURE = 'x-contentful-signature';
const SIGNED_HEADERS = 'x-contentful-signed-headers';
const TIMESTAMP = 'x-contentful-timestamp';
const SECRET_LENGTH = 64;
/** Seconds. At thirty to the millisecond Contentful's own verifier refuses. */
const TOLERANCE = 29.999;
/** What stands before the path of an address. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i;

const mac = new Mac('sha256', 'hex');

/** https://www.contentful.com/developers/docs/webhooks/request-verification/ */
export const contentful: LocalScheme = {
  keys: 'given',
  secretName: 'signing secret',
  secretProblem: (secret) =>
    secret.length === SECRET_LENGTH ? null : `must have ${SECRET_LENGTH} characters`,
  read: (request, now) => {
    const signature = request.header(SIGNATURE);
    if (!mac.isWellFormed(signature)) {
      throw new Refusal('malformed_header', `${SIGNATURE} has no well-formed signature`);
    }
    checkTimestamp(request.header(TIMESTAMP).trim(), 'milliseconds', TOLERANCE, now);
    const signed = [headOf(request), request.body];
    return {
      signed,
      matches: (secret) => mac.isOneOf([signature], Buffer.from(secret), signed),
      expected: (secret) => mac.of(Buffer.from(secret), signed),
    };
  },
  sign: ({ method, url, rawBody, now }, secret) => {
    const headers = {
      [TIMESTAMP]: String(now.getTime()),
      [SIGNED_HEADERS]: `${SIGNED_HEADERS},${TIMESTAMP}`,
    };
    const head = headOf(new RequestReader({ method, url, headers, rawBody }));
    return { ...headers, [SIGNATURE]: mac.of(Buffer.from(secret), [head, rawBody]) };
  },
};

/** All that is signed but for the body. */
function headOf(request: RequestReader): string {
  return [request.method, pathOf(request.url), signedHeaders(request), ''].join('\n');
}

/** The path as Contentful spells it: the query is escaped once as a whole and again with the path. */
function pathOf(url: string): string {
  const [path = '', query = '', ...more] = url.replace(ORIGIN, '').split('?');
  // Its signer drops what follows, which would be unsigned.
  if (more.length > 0) throw new Refusal('malformed_header', 'the address has two question marks');
  try {
    return encodeURI(query === '' ? path || '/' : `${path || '/'}?${escape(query)}`);
  } catch {
    throw new Refusal('malformed_header', 'the address is not well-formed text');
  }
}

function signedHeaders(request: RequestReader): string {
  const listed = request.header(SIGNED_HEADERS).trim().split(',');
  const names = [...new Set([...listed, SIGNED_HEADERS, TIMESTAMP])].sort();
  return names
    .map(
      (name) =>
        `${name}:${name === SIGNED_HEADERS ? names.join(',') : (request.optionalHeader(name) ?? '').trim()}`,
    )
    .join(';');
}
