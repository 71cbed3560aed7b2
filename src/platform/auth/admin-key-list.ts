import { createHash } from 'node:crypto';
import { type Role, ROLES } from './role.js';

/** Whose an admin key is, as far as it may be told and stored. */
export interface AdminIdentity {
  readonly id: string;
  readonly role: Role;
}

/** An admin key as it is kept: a made key is long and random, so a plain hash is enough. */
export interface AdminKey extends AdminIdentity {
  /** SHA-256. */
  readonly hash: Buffer;
}

/** The id of the key that is made on the first start. */
export const FIRST_START = 'first-start';

const KEY = /^[^\s:]{16,}$/;
const NAME = /^[a-z0-9-]{1,32}$/;
/** What keys without a name are called in the audit; no other key may pass for one of them. */
const NOT_A_NAME = /^(first-start|key-[0-9a-f]{8})$/;
const TAKES = `ADMIN_API_KEYS must be a comma-separated list of keys of at least 16 characters without space or colon, each alone or as name:role:key, name 1 to 32 of a-z, 0-9 and -, role one of ${ROLES.join(', ')}`;

/**
 * Reads the items of ADMIN_API_KEYS: `name:role:key`, or a key alone, which is an admin's.
 * @returns the keys, or a sentence that says what is wrong with which item and repeats none of it, for it may be a key
 */
export function readAdminKeys(items: readonly string[]): readonly AdminKey[] | string {
  if (items.length === 0) return TAKES;
  const keys: AdminKey[] = [];
  for (const [index, item] of items.entries()) {
    const key = readAdminKey(item);
    if (typeof key === 'string') return `${key}; see item ${index + 1}`;
    const same = keys.findIndex(({ id, hash }) => id === key.id || hash.equals(key.hash));
    if (same >= 0) {
      return `ADMIN_API_KEYS must have each name and each key once; items ${same + 1} and ${index + 1} have the same`;
    }
    keys.push(key);
  }
  return keys;
}

export function hashAdminKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function readAdminKey(item: string): AdminKey | string {
  if (KEY.test(item)) {
    const hash = hashAdminKey(item);
    return { id: `key-${hash.toString('hex').slice(0, 8)}`, role: 'admin', hash };
  }
  const [name = '', roleName, key = '', ...rest] = item.split(':');
  const role = ROLES.find((known) => known === roleName);
  if (role === undefined || !NAME.test(name) || !KEY.test(key) || rest.length > 0) return TAKES;
  if (NOT_A_NAME.test(name)) {
    return `ADMIN_API_KEYS must have names other than ${FIRST_START} and key-xxxxxxxx, which keys without a name are called`;
  }
  return { id: name, role, hash: hashAdminKey(key) };
}
