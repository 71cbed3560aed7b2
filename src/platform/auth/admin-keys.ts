import { createHash, timingSafeEqual } from 'node:crypto';

/** Admin keys, kept as SHA-256 hashes; a made key is long and random, so a plain hash is enough. */
export class AdminKeys {
  constructor(private readonly hashes: readonly Buffer[]) {}

  /** Compares with every key in constant time. */
  accepts(key: string): boolean {
    const hash = hashAdminKey(key);
    return this.hashes.reduce((found, known) => timingSafeEqual(known, hash) || found, false);
  }
}

export function hashAdminKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
