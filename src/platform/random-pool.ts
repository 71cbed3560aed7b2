import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(4096);
let used = pool.length;

/**
 * Random bytes from the system's generator, fetched from it a page at a time: a fetch for each event's id costs more than the
 * rest of the id. No byte is given twice.
 *
 * @param length at most 4096
 */
export function randomFromPool(length: number): Uint8Array {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return Uint8Array.prototype.slice.call(pool, used - length, used);
}
