import { createPublicKey, type KeyObject } from 'node:crypto';

const ED25519_BYTES = 32;

/** The Ed25519 key (RFC 8032) of these bytes; null when they are none. */
export function ed25519Key(bytes: Buffer): KeyObject | null {
  if (bytes.length !== ED25519_BYTES) return null;
  return createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') },
  });
}

/** The P-256 key in a SubjectPublicKeyInfo (RFC 5480); null when there is none. */
export function p256Key(der: Buffer): KeyObject | null {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
}
