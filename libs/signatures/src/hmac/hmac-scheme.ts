import { Refusal, refusalOf } from '../refusal.js';
import type { RequestReader } from '../request-reader.js';
import type { Claim, SingleScheme } from '../scheme.js';
import { keyOf } from '../secret.js';
import { checkTimestamp } from '../timestamp.js';
import { textAt, valueAt } from '../json-pointer.js';
import { Mac } from './mac.js';
import {
  endsOfId,
  fill,
  type HmacTemplate,
  type IdEnds,
  isParted,
  type Part,
  partsOf,
  type Slot,
} from './template.js';

const SECRET_PROBLEM = {
  hex: 'must be hex digits, two for each byte',
  base64: 'must be base64',
  whsec: 'must be base64, with or without whsec_ before it',
} as const;

/** So many keys are remembered for each scheme: more than most installations have sources of one kind. */
const MOST_KEYS = 1000;

/** A scheme of the common kind. Only here the template meets a request. */
export interface HmacScheme extends SingleScheme {
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
  const idEnds = endsOfId(parts);
  const { key = 'utf8', algorithm = 'sha256' } = template;
  const mac = new Mac(algorithm, template.signature.encoding);
  const keyFor = remembered((secret) => keyOf(secret, key));
  return {
    keys: 'given',
    template,
    secretName,
    keyOf: keyFor,
    // Any text is a key as it is.
    secretProblem: (secret) => (key === 'utf8' || keyFor(secret).length > 0 ? null : SECRET_PROBLEM[key]),
    read: (request, now) => {
      const items = itemsOf(template, request);
      const signatures = mac.among(items, template.signature.prefix ?? '');
      const said = saidBy(request, items, template);
      const refusal = refusalOf(() => {
        checkSignatures(signatures, template);
        checkId(said.id, idEnds, template);
        checkTime(said.timestamp, template, now);
      });
      return new HmacClaim(mac, keyFor, signatures, readingsOf(template, parts, said), refusal);
    },
  };
}

/**
 * What a secret gives, worked out once and not with every request. None is forgotten before there are too many, also when its secret no
 * longer counts: whoever reads this process's memory has the secrets anyhow.
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

/** What a request says of its signature, and what it is held against. */
class HmacClaim implements Claim {
  readonly signed: readonly (string | Buffer)[];

  /**
   * @param readings what may have been signed; mostly one
   * @param refusal why it holds by no secret; null where one may do
   */
  constructor(
    private readonly mac: Mac,
    private readonly keyFor: (secret: string) => Buffer,
    private readonly signatures: readonly string[],
    private readonly readings: readonly (readonly (string | Buffer)[])[],
    private readonly refusal: Refusal | null,
  ) {
    this.signed = readings[0] ?? [];
  }

  matches(secret: string): boolean {
    if (this.refusal) throw this.refusal;
    const key = this.keyFor(secret);
    return this.readings.some((reading) => this.mac.isOneOf(this.signatures, key, reading));
  }

  expected(secret: string): string {
    return this.mac.of(this.keyFor(secret), this.signed);
  }
}

/** What stands in the slots of what is signed. */
type Said = Readonly<Record<Exclude<Slot, 'body'>, string> & Record<'body', Buffer>>;

/** @throws Refusal where something is missing */
function saidBy(request: RequestReader, items: readonly string[], template: HmacTemplate): Said {
  const { signature, timestamp, id } = template;
  const { method, url, body } = request;
  return {
    id: id === undefined ? '' : request.header(id.header),
    timestamp: timestamp === undefined ? '' : timestampOf(timestamp.at, items, signature.header, request),
    method,
    url,
    body,
  };
}

function checkSignatures(signatures: readonly string[], { signature }: HmacTemplate): void {
  if (signatures.length > 0) return;
  throw new Refusal('malformed_header', `${signature.header} has no well-formed signature`);
}

function checkId(said: string, ends: IdEnds, { id }: HmacTemplate): void {
  if (isParted(said, ends)) return;
  throw new Refusal(
    'malformed_header',
    `${id?.header ?? 'the id'} has in it what parts it from what is signed beside it`,
  );
}

function checkTime(said: string, { timestamp }: HmacTemplate, now: Date): void {
  if (timestamp !== undefined) checkTimestamp(said, timestamp.unit, timestamp.tolerance, now);
}

/** What may have been signed: one reading for each way that the address may have been spelled. */
function readingsOf({ unescaped }: HmacTemplate, parts: readonly Part[], said: Said): (string | Buffer)[][] {
  if (unescaped === undefined) return [fill(parts, said)];
  return addressesOf(unescaped, said.url).map((url) => fill(parts, { ...said, url }));
}

/** The items of the signature header or headers. */
function itemsOf(
  { signature: { header, separator, spaced } }: HmacTemplate,
  request: RequestReader,
): readonly string[] {
  if (header.endsWith('-*')) return numbered(header.slice(0, -1), request);
  const value = request.header(header);
  if (separator === undefined) return [value];
  const items = value.split(separator);
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
    const body = request.json();
    const text = textAt(body, at.pointer);
    if (text === null) throw new Refusal('malformed_body', `the body has no timestamp at ${at.pointer}`);
    if (at.is !== undefined && typeof valueAt(body, at.pointer) !== at.is) {
      throw new Refusal('malformed_body', `the timestamp at ${at.pointer} is no ${at.is}`);
    }
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
function addressesOf(unescaped: string, url: string): string[] {
  const plain = url.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return unescaped.includes(character) ? character : escape;
  });
  return plain === url ? [url] : [plain, url];
}
