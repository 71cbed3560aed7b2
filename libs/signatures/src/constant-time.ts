import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two pieces of bytes are the same; the time tells no more than their lengths. */
export function sameBytes(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Whether two texts are the same; the time tells neither where they differ nor how long a secret one is. */
export function sameText(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

/** SHA-256 (FIPS 180-4). */
export function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
