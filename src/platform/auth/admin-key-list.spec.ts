import { describe, expect, it } from 'vitest';
import { hashAdminKey, readAdminKeys } from './admin-key-list.js';
import { AdminKeys } from './admin-keys.js';

const KEY = 'one-long-key-0001';
const OTHER = 'one-long-key-0002';

describe('readAdminKeys', () => {
  it('reads keys with a name and a role, and keys alone, which are an admin’s', () => {
    expect(readAdminKeys([`ci-1:viewer:${KEY}`, `b:operator:${OTHER}`, 'k'.repeat(16)])).toEqual([
      { id: 'ci-1', role: 'viewer', hash: hashAdminKey(KEY) },
      { id: 'b', role: 'operator', hash: hashAdminKey(OTHER) },
      {
        id: `key-${hashAdminKey('k'.repeat(16)).toString('hex').slice(0, 8)}`,
        role: 'admin',
        hash: hashAdminKey('k'.repeat(16)),
      },
    ]);
  });

  it.each([
    ['short', 'keys of at least 16 characters'],
    [`alice:${KEY}`, 'name:role:key'],
    [`alice:root:${KEY}`, 'role one of viewer, operator, admin'],
    [`alice:ADMIN:${KEY}`, 'role one of'],
    [`:admin:${KEY}`, 'name 1 to 32 of'],
    [`Alice:admin:${KEY}`, 'name 1 to 32 of'],
    [`${'a'.repeat(33)}:admin:${KEY}`, 'name 1 to 32 of'],
    ['alice:admin:fifteen-letters', 'keys of at least 16 characters'],
    [`alice:admin:${KEY}:more`, 'without space or colon'],
    [`${KEY} ${KEY}`, 'without space or colon'],
    [`${KEY}:admin:alice`, 'name:role:key'],
    [`first-start:admin:${KEY}`, 'names other than first-start'],
    [`key-0123abcd:admin:${KEY}`, 'names other than first-start and key-'],
  ])('does not read %s, says which item it is, and repeats nothing of it', (item, says) => {
    const problem = readAdminKeys([OTHER, item]);
    expect(problem).toMatch(/^ADMIN_API_KEYS must .*; see item 2$/);
    expect(problem).toContain(says);
    for (const secret of [OTHER, KEY, 'alice', 'fifteen']) expect(problem).not.toContain(secret);
  });

  it.each([
    ['name', `a:viewer:${KEY}`, `a:admin:${OTHER}`],
    ['key', `a:viewer:${KEY}`, `b:admin:${KEY}`],
    ['key, once without a name', `a:viewer:${KEY}`, KEY],
    ['key, without names', KEY, KEY],
  ])('does not read the same %s twice', (_, first, second) => {
    expect(readAdminKeys([first, `z:viewer:${'z'.repeat(16)}`, second])).toBe(
      'ADMIN_API_KEYS must have each name and each key once; items 1 and 3 have the same',
    );
  });

  it('takes no empty list', () => {
    expect(readAdminKeys([])).toMatch(/^ADMIN_API_KEYS must be a comma-separated list/);
  });
});

describe('AdminKeys', () => {
  it('says whose a key is, whichever it is, and of any other that it is nobody’s', () => {
    const read = readAdminKeys([`a:viewer:${KEY}`, `b:operator:${OTHER}`]);
    const keys = new AdminKeys(typeof read === 'string' ? [] : read);
    expect(keys.identify(KEY)).toMatchObject({ id: 'a', role: 'viewer' });
    expect(keys.identify(OTHER)).toMatchObject({ id: 'b', role: 'operator' });
    for (const unknown of ['', 'a', KEY.slice(1), `a:viewer:${KEY}`]) {
      expect(keys.identify(unknown)).toBeNull();
    }
  });
});
