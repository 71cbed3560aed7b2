import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * A comparison of texts of one length, of which one at least is ASCII, as a signature of our own making is; any other text is none of that
 * length. The time tells no more than lengths.
 */
export function comparisonOf(length: number): (one: string, other: string) => boolean {
  // Kept, for it costs more to make two buffers than to compare them.
  const [left, right] = [Buffer.alloc(length), Buffer.alloc(length)];
  const fill = (buffer: Buffer, text: string): boolean =>
    text.length === length && buffer.write(text) === length;
  return (one, other) => fill(left, one) && fill(right, other) && timingSafeEqual(left, right);
}

/** Whether two texts are the same; the time tells neither where they differ nor how long a secret one is. */
export function sameText(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

/** SHA-256 (FIPS 180-4). */
export function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
