import type { SignatureScheme } from './scheme.js';

const WHSEC_PREFIX = /^whsec_/;

/** The bytes of the key that a secret stands for; none when the secret cannot be read, and nothing verifies with none. */
export function keyOf(secret: string, kind: SignatureScheme['key']): Buffer {
  return kind === 'utf8' ? Buffer.from(secret) : base64Key(secret.replace(WHSEC_PREFIX, ''));
}

/**
 * What is wrong with a secret for a scheme, in words for who has pasted it; null when it can verify.
 * The words never repeat the secret.
 */
export function secretProblem(scheme: SignatureScheme, secret: string): string | null {
  if (secret.trim() === '') return 'is empty';
  if (secret !== secret.trim()) return 'begins or ends with white space';
  if (keyOf(secret, scheme.key).length === 0) return 'must be base64, with or without whsec_ before it';
  return null;
}

/** Strict: Node's decoder passes over what is no base64 and would give a key that nobody signs with. */
function base64Key(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  return key.toString('base64') === text ? key : Buffer.alloc(0);
}
