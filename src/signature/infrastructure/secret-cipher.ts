import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretPurpose } from '../domain/source-secret.js';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Whose a secret is, and what for. Encrypted, it is bound to both. */
export interface SecretOwner {
  readonly source: string;
  readonly purpose: SecretPurpose;
}

/**
 * Encrypts a secret at rest: AES-256-GCM (NIST SP 800-38D), a random IV each time, its owner as associated data.
 * @param key 32 bytes
 */
export function encryptSecret(value: string, owner: SecretOwner, key: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(associatedData(owner));
  const encrypted = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64');
}

/** The secret; null when the text was encrypted with another key or for another owner, or was changed. */
export function decryptSecret(text: string, owner: SecretOwner, key: Buffer): string | null {
  const bytes = Buffer.from(text, 'base64');
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(associatedData(owner))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const decrypted = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
    return Buffer.concat(decrypted).toString('utf8');
  } catch {
    return null;
  }
}

/** As {@link decryptSecret}, with whichever of the keys it is. */
export function decryptWithAny(text: string, owner: SecretOwner, keys: readonly Buffer[]): string | null {
  for (const key of keys) {
    const value = decryptSecret(text, owner, key);
    if (value !== null) return value;
  }
  return null;
}

/**
 * A signing secret is bound to the source's name alone, as all were before there were purposes, and those of then are read as they are. No name
 * has a space, so no purpose passes for another.
 */
function associatedData({ source, purpose }: SecretOwner): Buffer {
  return Buffer.from(purpose === 'signature' ? source : `${source} ${purpose}`);
}
