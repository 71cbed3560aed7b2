import type { HmacTemplate } from './hmac/template.js';
import type { SignatureScheme } from './scheme.js';

type Encoding = 'hex' | 'base64' | 'base64url';

const WHSEC_PREFIX = 'whsec_';
const NOTHING = Buffer.alloc(0);

/** The bytes of the key that a secret stands for; none when the secret cannot be read, and nothing verifies with none. */
export function keyOf(secret: string, kind: HmacTemplate['key'] = 'utf8'): Buffer {
  switch (kind) {
    case 'utf8':
      return Buffer.from(secret);
    case 'hex':
      return strictly(secret.toLowerCase(), 'hex');
    case 'base64':
      return strictly(secret, 'base64');
    case 'whsec':
      return strictly(secret.startsWith(WHSEC_PREFIX) ? secret.slice(WHSEC_PREFIX.length) : secret, 'base64');
    default:
      return kind satisfies never;
  }
}

/** The bytes of a text that is spelled as an encoder would spell them; none for any other, which Node's decoder would make something of. */
export function strictly(text: string, encoding: Encoding): Buffer {
  const bytes = Buffer.from(text, encoding);
  return isSpelling(text, bytes, encoding) ? bytes : NOTHING;
}

function isSpelling(text: string, bytes: Buffer, encoding: Encoding): boolean {
  // The decoder ends at the first character that is no digit, so counting is enough, and cheaper than encoding again.
  if (encoding === 'hex') return bytes.length * 2 === text.length && text === text.toLowerCase();
  return bytes.toString(encoding) === text;
}

/** A secret in a form that the scheme takes, made of the bytes; null where a secret is more than bytes, a public key say. */
export function secretFrom(bytes: Buffer, scheme: SignatureScheme): string | null {
  const spellings = [`${WHSEC_PREFIX}${bytes.toString('base64')}`, bytes.toString('hex')];
  return spellings.find((secret) => secretProblem(scheme, secret) === null) ?? null;
}

/**
 * What is wrong with a secret for a scheme, in words for who has pasted it; null when it can verify.
 * The words never repeat the secret.
 */
export function secretProblem(scheme: SignatureScheme, secret: string): string | null {
  const trimmed = secret.trim();
  if (trimmed === '') return 'is empty';
  if (trimmed.length < secret.length) return 'begins or ends with white space';
  return scheme.secretProblem(secret);
}

/**
 * Whether a secret can verify at all; a blank one never does, nor what a caller in JavaScript has for none. White space at its ends counts:
 * whoever lets people choose a secret signs with all of it.
 */
export function isUsable(scheme: SignatureScheme, secret: unknown): secret is string {
  return typeof secret === 'string' && secret.trim() !== '' && scheme.secretProblem(secret) === null;
}
