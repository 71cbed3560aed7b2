import { escape } from 'node:querystring';
import { sameBytes } from '../constant-time.js';
import { hmacOf } from '../hmac/hmac-scheme.js';
import { Refusal } from '../refusal.js';
import { RequestReader } from '../request-reader.js';
import type { LocalScheme } from '../scheme.js';
import { strictly } from '../secret.js';
import { checkTimestamp } from '../timestamp.js';

const SIGNATURE = 'x-contentful-signature';
const SIGNED_HEADERS = 'x-contentful-signed-headers';
const TIMESTAMP = 'x-contentful-timestamp';
const SIGNATURE_BYTES = 32;
const SECRET_LENGTH = 64;
/** Seconds. At thirty to the millisecond Contentful's own verifier refuses. */
const TOLERANCE = 29.999;
/** What stands before the path of an address. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i;

/** https://www.contentful.com/developers/docs/webhooks/request-verification/ */
export const contentful: LocalScheme = {
  keys: 'given',
  secretName: 'signing secret',
  secretProblem: (secret) =>
    secret.length === SECRET_LENGTH ? null : `must have ${SECRET_LENGTH} characters`,
  read: (request, now) => {
    const signature = strictly(request.header(SIGNATURE), 'hex');
    if (signature.length !== SIGNATURE_BYTES) {
      throw new Refusal('malformed_header', `${SIGNATURE} has no well-formed signature`);
    }
    checkTimestamp(request.header(TIMESTAMP).trim(), 'milliseconds', TOLERANCE, now);
    const head = headOf(request);
    return {
      signed: [head, request.body],
      matches: (secret) => sameBytes(digest(secret, head, request.body), signature),
      expected: (secret) => digest(secret, head, request.body).toString('hex'),
    };
  },
  sign: ({ method, url, rawBody, now }, secret) => {
    const headers = {
      [TIMESTAMP]: String(now.getTime()),
      [SIGNED_HEADERS]: `${SIGNED_HEADERS},${TIMESTAMP}`,
    };
    const head = headOf(new RequestReader({ method, url, headers, rawBody }));
    return { ...headers, [SIGNATURE]: digest(secret, head, rawBody).toString('hex') };
  },
};

function digest(secret: string, head: string, body: Buffer): Buffer {
  return hmacOf('sha256', Buffer.from(secret), [head, body]);
}

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
