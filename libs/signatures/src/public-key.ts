import { createPublicKey, type KeyObject } from 'node:crypto';

const ED25519_BYTES = 32;
/** All that stands before the coordinates. OpenSSL reads other spellings of the same key too. */
const P256_HEAD = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const P256_BYTES = P256_HEAD.length + 64;

/** The Ed25519 key (RFC 8032) of these bytes; null when they are none. */
export function ed25519Key(bytes: Buffer): KeyObject | null {
  if (bytes.length !== ED25519_BYTES) return null;
  return createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') },
  });
}

/** The P-256 key in a SubjectPublicKeyInfo (RFC 5480) with both coordinates; null when there is none, or in another spelling. */
export function p256Key(der: Buffer): KeyObject | null {
  if (der.length !== P256_BYTES || !der.subarray(0, P256_HEAD.length).equals(P256_HEAD)) return null;
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    // No point of the curve.
    return null;
  }
}
