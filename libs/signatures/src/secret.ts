import type { HmacTemplate } from './hmac/template.js';
import type { SignatureScheme } from './scheme.js';

const WHSEC_PREFIX = /^whsec_/;

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
      return strictly(secret.replace(WHSEC_PREFIX, ''), 'base64');
    default:
      return kind satisfies never;
  }
}

/** Node's decoder passes over what does not belong and would give a key that nobody signs with; that gives no bytes. */
export function strictly(text: string, encoding: 'hex' | 'base64' | 'base64url'): Buffer {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : Buffer.alloc(0);
}

/**
 * What is wrong with a secret for a scheme, in words for who has pasted it; null when it can verify.
 * The words never repeat the secret.
 */
export function secretProblem(scheme: SignatureScheme, secret: string): string | null {
  if (secret.trim() === '') return 'is empty';
  if (/^\s|\s$/.test(secret)) return 'begins or ends with white space';
  return scheme.secretProblem(secret);
}
