import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../refusal.js';
import type { RequestReader } from '../request-reader.js';
import type { Claim, LocalScheme } from '../scheme.js';
import { keyOf, strictly } from '../secret.js';
import { checkTimestamp } from '../timestamp.js';
import { textAt } from '../json-pointer.js';
import { fill, type HmacTemplate, type Part, partsOf } from './template.js';

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;

const SECRET_PROBLEM = {
  hex: 'must be hex digits, two for each byte',
  base64: 'must be base64',
  whsec: 'must be base64, with or without whsec_ before it',
} as const;

/** So many keys are remembered for each scheme: more than most installations have sources of one kind. */
const MOST_KEYS = 1000;

/** A scheme of the common kind. Only here the template meets a request. */
export interface HmacScheme extends LocalScheme {
  readonly template: HmacTemplate;
  /** The key that a secret stands for; empty where it cannot be read. */
  keyOf(secret: string): Buffer;
}

/**
 * The scheme that a template describes.
 * @param secretName what the provider calls the secret
 */
export function hmac(template: HmacTemplate, secretName = 'signing secret'): HmacScheme {
  const parts = partsOf(template.signed);
  const { key = 'utf8' } = template;
  const keyFor = remembered((secret) => keyOf(secret, key));
  return {
    keys: 'given',
    template,
    secretName,
    keyOf: keyFor,
    // Any text is a key as it is.
    secretProblem: (secret) => (key === 'utf8' || keyFor(secret).length > 0 ? null : SECRET_PROBLEM[key]),
    read: (request, now) => read(template, parts, keyFor, request, now),
  };
}

/**
 * What a secret gives, worked out once and not with every request. Who verifies has the secrets in memory all the time.
 */
function remembered(keyOfSecret: (secret: string) => Buffer): (secret: string) => Buffer {
  const known = new Map<string, Buffer>();
  return (secret) => {
    const before = known.get(secret);
    if (before) return before;
    const key = keyOfSecret(secret);
    if (known.size >= MOST_KEYS) known.clear();
    known.set(secret, key);
    return key;
  };
}

function read(
  template: HmacTemplate,
  parts: readonly Part[],
  keyFor: (secret: string) => Buffer,
  request: RequestReader,
  now: Date,
): Claim {
  const { signature, timestamp, id, algorithm = 'sha256' } = template;
  const items = itemsOf(template, request);
  const signatures = signaturesIn(items, signature, DIGEST_BYTES[algorithm]);
  if (signatures.length === 0) {
    throw new Refusal('malformed_header', `${signature.header} has no well-formed signature`);
  }
  const messageId = id === undefined ? '' : request.header(id.header);
  const time = timestamp === undefined ? '' : timestampOf(timestamp.at, items, signature.header, request);
  if (timestamp !== undefined) checkTimestamp(time, timestamp.unit, timestamp.tolerance, now);
  const { method, body } = request;
  const readings = addressesOf(template, request.url).map((url) =>
    fill(parts, { id: messageId, timestamp: time, method, url, body }),
  );
  const [signed = []] = readings;
  return {
    signed,
    matches: (secret) => {
      const key = keyFor(secret);
      return readings.some((reading) => {
        const expected = hmacOf(algorithm, key, reading);
        return signatures.some((candidate) => timingSafeEqual(candidate, expected));
      });
    },
    expected: (secret) => hmacOf(algorithm, keyFor(secret), signed).toString(signature.encoding),
  };
}

/** The signatures among the items. Strict: a lenient decoder would let many texts stand for one signature. */
export function signaturesIn(
  items: readonly string[],
  { prefix = '', encoding }: Pick<HmacTemplate['signature'], 'prefix' | 'encoding'>,
  length: number,
): Buffer[] {
  const found: Buffer[] = [];
  for (const item of items) {
    if (!item.startsWith(prefix)) continue;
    const bytes = strictly(item.slice(prefix.length), encoding);
    if (bytes.length === length) found.push(bytes);
  }
  return found;
}

/** HMAC (RFC 2104) over the pieces, in order. */
export function hmacOf(algorithm: string, key: Buffer, pieces: readonly (string | Buffer)[]): Buffer {
  const hash = createHmac(algorithm, key);
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/** The items of the signature header or headers. */
function itemsOf(
  { signature: { header, separator, spaced } }: HmacTemplate,
  request: RequestReader,
): readonly string[] {
  const values = header.endsWith('-*') ? numbered(header.slice(0, -1), request) : [request.header(header)];
  if (separator === undefined) return values;
  const items = values.join(separator).split(separator);
  return spaced === true ? items.map(withoutOuterSpaces) : items;
}

/** Takes spaces alone from the ends, of all that a string's trim takes away; no pattern, for one looks anew at each space. */
function withoutOuterSpaces(item: string): string {
  let start = 0;
  let end = item.length;
  while (start < end && item[start] === ' ') start += 1;
  while (start < end && item[end - 1] === ' ') end -= 1;
  return item.slice(start, end);
}

function numbered(stem: string, request: RequestReader): string[] {
  const names = request
    .headerNames()
    .filter((name) => name.startsWith(stem) && /^\d{1,3}$/.test(name.slice(stem.length)));
  if (names.length === 0) throw new Refusal('missing_header', `${stem}1 is missing`);
  return names.map((name) => request.header(name));
}

function timestampOf(
  at: NonNullable<HmacTemplate['timestamp']>['at'],
  items: readonly string[],
  header: string,
  request: RequestReader,
): string {
  if ('header' in at) return request.header(at.header);
  if ('pointer' in at) {
    const text = textAt(request.json(), at.pointer);
    if (text === null) throw new Refusal('malformed_body', `the body has no timestamp at ${at.pointer}`);
    return text;
  }
  let found: string | undefined;
  for (const item of items) {
    // Counted wherever it stands: proxies join a repeated header with commas, whatever separates its items.
    if (!item.includes(at.prefix)) continue;
    if (found !== undefined || !item.startsWith(at.prefix)) {
      throw new Refusal('malformed_header', `${header} has more than one ${at.prefix}`);
    }
    found = item.slice(at.prefix.length);
  }
  if (found === undefined) throw new Refusal('malformed_header', `${header} has no ${at.prefix}`);
  return found;
}

/** The address as it may have been signed: with some of its characters decoded, or as it came. */
function addressesOf({ unescaped }: HmacTemplate, url: string): string[] {
  if (unescaped === undefined) return [url];
  const plain = url.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return unescaped.includes(character) ? character : escape;
  });
  return plain === url ? [url] : [plain, url];
}
