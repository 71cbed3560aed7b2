import { createHash, timingSafeEqual } from 'node:crypto';

/** Admin keys, kept as SHA-256 hashes; a made key is long and random, so a plain hash is enough. */
export class AdminKeys {
  /** @param madeNow the key that this very start has made; it is shown once and kept nowhere */
  constructor(
    private readonly hashes: readonly Buffer[],
    readonly madeNow: string | null = null,
  ) {}

  /** Compares with every key in constant time. */
  accepts(key: string): boolean {
    const hash = hashAdminKey(key);
    return this.hashes.reduce((found, known) => timingSafeEqual(known, hash) || found, false);
  }
}

export function hashAdminKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
