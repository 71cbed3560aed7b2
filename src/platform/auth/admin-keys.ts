import { timingSafeEqual } from 'node:crypto';
import { type AdminIdentity, type AdminKey, hashAdminKey } from './admin-key-list.js';

/** The admin keys that this process takes. */
export class AdminKeys {
  /** @param madeNow the key that this very start has made; it is shown once and kept nowhere */
  constructor(
    private readonly keys: readonly AdminKey[],
    readonly madeNow: string | null = null,
  ) {}

  /** Whose a key is, compared with every known one in constant time; null where it is nobody's. */
  identify(key: string): AdminIdentity | null {
    const hash = hashAdminKey(key);
    return this.keys.reduce<AdminIdentity | null>(
      (found, known) => (timingSafeEqual(known.hash, hash) ? known : found),
      null,
    );
  }
}
