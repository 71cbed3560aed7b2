import { describe, expect, it } from 'vitest';
import { encryptSecret } from '../infrastructure/secret-cipher.js';
import { SourceSecretEntity } from '../infrastructure/source-secret.entity.js';
import { OpenedSecrets } from './opened-secrets.js';

const KEY = Buffer.alloc(32, 1);
const NEXT = Buffer.alloc(32, 2);

function entity(id: string, key: Buffer, change: Partial<SourceSecretEntity> = {}): SourceSecretEntity {
  const value = encryptSecret(`value of ${id}`, { source: 'eu', purpose: 'signature' }, key);
  const times = { createdAt: new Date(), expiresAt: null, lastUsedAt: null, revokedAt: null };
  const made = { id, source: 'eu', purpose: 'signature', value, ...times, ...change } as const;
  return Object.assign(new SourceSecretEntity(), made);
}

describe('OpenedSecrets', () => {
  const values = (secrets: OpenedSecrets, entities: SourceSecretEntity[], keys = [KEY]): unknown => {
    const opened = secrets.open(entities, keys)('eu');
    return opened === 'UNREADABLE' ? opened : opened.map(({ value }) => value);
  };

  it('opens with any of the keys, and keeps the order', () => {
    const secrets = new OpenedSecrets();
    expect(values(secrets, [entity('b', NEXT), entity('a', KEY)], [KEY, NEXT])).toEqual([
      'value of b',
      'value of a',
    ]);
    expect(secrets.open([], [KEY])('nobody')).toEqual([]);
  });

  it('says of a source that one of its secrets does not decrypt, and opens those of the others', () => {
    const open = new OpenedSecrets().open(
      [entity('b', NEXT), entity('a', KEY), entity('c', KEY, { source: 'other', value: null })],
      [KEY],
    );
    expect([open('eu'), open('other')]).toEqual(['UNREADABLE', 'UNREADABLE']);
  });

  it('goes on knowing what is encrypted anew under a key that it has not got', () => {
    const secrets = new OpenedSecrets();
    values(secrets, [entity('a', KEY)]);
    expect(values(secrets, [entity('a', NEXT)])).toEqual(['value of a']);
    expect(values(secrets, [entity('b', NEXT), entity('a', NEXT)])).toBe('UNREADABLE');
    expect(values(secrets, [entity('a', NEXT)])).toEqual(['value of a']);
  });

  it('forgets what is revoked, and knows no value for another owner', () => {
    const secrets = new OpenedSecrets();
    values(secrets, [entity('a', KEY)]);
    expect(secrets.open([entity('a', KEY, { source: 'us' })], [KEY])('us')).toBe('UNREADABLE');
    expect(values(secrets, [])).toEqual([]);
    expect(values(secrets, [entity('a', NEXT)])).toBe('UNREADABLE');
  });
});
