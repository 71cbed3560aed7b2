import { createHash } from 'node:crypto';

/** The key of the idempotency table: SHA-256 over the source's name, a zero byte, and the idempotency key. */
export function idempotencyDigest(source: string, key: string): Buffer {
  return createHash('sha256').update(source).update('\0').update(key).digest();
}
