import { timingSafeEqual } from 'node:crypto';
import { digest } from './digest.js';
import type { RejectionReason, SignatureScheme, SignedRequest, Verdict } from './scheme.js';
import { keyOf } from './secret.js';

const DIGEST_BYTES = 32;
const TIMESTAMP = /^\d{1,12}$/;

/** What the headers say, before anything is compared. */
interface Claim {
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: readonly Buffer[];
}

class Refusal extends Error {
  constructor(
    readonly reason: RejectionReason,
    readonly detail: string,
  ) {
    super(detail);
  }
}

/**
 * Verifies a request's signature over its raw bytes, in constant time. Any of the secrets may match. Never throws.
 * @param now the time that timestamps are held against
 */
export function verify(
  scheme: SignatureScheme,
  request: SignedRequest,
  secrets: readonly string[],
  now: Date,
): Verdict {
  try {
    const claim = readClaim(scheme, request);
    checkTimestamp(scheme, claim.timestamp, now);
    return compare(scheme, claim, request.rawBody, secrets);
  } catch (error) {
    if (error instanceof Refusal) return { valid: false, reason: error.reason, detail: error.detail };
    return { valid: false, reason: 'malformed_header', detail: 'the request cannot be read' };
  }
}

function readClaim(scheme: SignatureScheme, request: SignedRequest): Claim {
  const value = header(request, scheme.header);
  const id = scheme.idHeader === undefined ? '' : header(request, scheme.idHeader);
  const { texts, timestamp } = signaturesIn(scheme, value);
  const signatures = texts.flatMap((text) => decode(text, scheme.encoding));
  if (signatures.length === 0)
    throw new Refusal('malformed_header', `${scheme.header} has no well-formed signature`);
  return {
    id,
    timestamp: scheme.timestampHeader === undefined ? timestamp : header(request, scheme.timestampHeader),
    signatures,
  };
}

function header(request: SignedRequest, name: string): string {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  if (Array.isArray(value)) throw new Refusal('repeated_header', `${name} is there more than once`);
  if (value === undefined || value === '') throw new Refusal('missing_header', `${name} is missing or empty`);
  return value;
}

function signaturesIn(
  { format, header: name }: SignatureScheme,
  value: string,
): { texts: string[]; timestamp: string } {
  switch (format.kind) {
    case 'plain':
      if (!value.startsWith(format.prefix))
        throw new Refusal('malformed_header', `${name} does not begin with ${format.prefix}`);
      return { texts: [value.slice(format.prefix.length)], timestamp: '' };
    case 'list':
      return {
        texts: value
          .split(' ')
          .flatMap((item) =>
            item.startsWith(`${format.version},`) ? [item.slice(format.version.length + 1)] : [],
          ),
        timestamp: '',
      };
    case 'pairs': {
      const pairs = value
        .split(',')
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
      const timestamps = pairs.filter(([key]) => key === format.timestamp).map(([, text]) => text);
      if (timestamps.length !== 1)
        throw new Refusal('malformed_header', `${name} needs one ${format.timestamp}=`);
      return {
        texts: pairs.filter(([key]) => key === format.signature).map(([, text]) => text),
        timestamp: timestamps[0] ?? '',
      };
    }
    default:
      return format satisfies never;
  }
}

/** Strict: a lenient decoder would let many texts stand for one signature. */
function decode(text: string, encoding: SignatureScheme['encoding']): Buffer[] {
  const bytes = Buffer.from(text, encoding);
  const canonical = encoding === 'hex' ? text.toLowerCase() : text;
  return bytes.length === DIGEST_BYTES && bytes.toString(encoding) === canonical ? [bytes] : [];
}

function checkTimestamp({ toleranceSeconds }: SignatureScheme, timestamp: string, now: Date): void {
  if (toleranceSeconds === undefined) return;
  if (!TIMESTAMP.test(timestamp))
    throw new Refusal('malformed_header', 'the timestamp is not a whole number of seconds');
  const age = Math.floor(now.getTime() / 1000) - Number(timestamp);
  if (age < -toleranceSeconds) throw new Refusal('future_timestamp', `signed ${-age} s ahead of our clock`);
  // Said this way round, a clock without a time lets nothing pass.
  if (!(age <= toleranceSeconds)) throw new Refusal('stale_timestamp', `signed ${age} s ago`);
}

function compare(scheme: SignatureScheme, claim: Claim, body: Buffer, secrets: readonly string[]): Verdict {
  const keys = secrets.map((secret) => keyOf(secret, scheme.key));
  if (keys.every((key) => key.length === 0))
    throw new Refusal('no_secret', 'the source has no usable secret');
  const secretIndex = keys.findIndex((key) => {
    if (key.length === 0) return false;
    const expected = digest(scheme.content, { ...claim, body }, key);
    return claim.signatures.some((signature) => timingSafeEqual(signature, expected));
  });
  if (secretIndex === -1) throw new Refusal('signature_mismatch', 'no signature matches any secret');
  return { valid: true, secretIndex };
}
