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
  const none = (): readonly Buffer[] => [];
  /** The values in the clear, and behind them the ids of those that do not open. */
  const opened = (
    secrets: OpenedSecrets,
    entities: SourceSecretEntity[],
    keys = [KEY],
    keysNow = none,
  ): unknown => {
    const found = secrets.open(entities, keys, keysNow)('eu');
    return [found.secrets.map(({ value }) => value), found.unopened.map(({ id }) => id)];
  };

  it('opens with any of the keys, and keeps the order', () => {
    const secrets = new OpenedSecrets();
    expect(opened(secrets, [entity('b', NEXT), entity('a', KEY)], [KEY, NEXT])).toEqual([
      ['value of b', 'value of a'],
      [],
    ]);
    expect(secrets.open([], [KEY], none)('nobody')).toEqual({ secrets: [], unopened: [] });
  });

  it('tells those that do not decrypt from the others of their source', () => {
    const expiresAt = new Date();
    const open = new OpenedSecrets().open(
      [entity('b', NEXT, { expiresAt }), entity('a', KEY), entity('c', KEY, { source: 'us', value: null })],
      [KEY],
      none,
    );
    expect(open('eu')).toEqual({
      secrets: [expect.objectContaining({ id: 'a', value: 'value of a' })],
      unopened: [{ id: 'b', purpose: 'signature', expiresAt }],
    });
    expect(open('us')).toMatchObject({ secrets: [], unopened: [{ id: 'c' }] });
  });

  it('goes on knowing what is encrypted anew under a key that it has not got', () => {
    const secrets = new OpenedSecrets();
    opened(secrets, [entity('a', KEY)]);
    expect(opened(secrets, [entity('a', NEXT)])).toEqual([['value of a'], []]);
    expect(opened(secrets, [entity('b', NEXT), entity('a', NEXT)])).toEqual([['value of a'], ['b']]);
    expect(opened(secrets, [entity('a', NEXT)])).toEqual([['value of a'], []]);
  });

  it('asks for the keys that there are by now once, for what it has not seen before', () => {
    const secrets = new OpenedSecrets();
    let asked = 0;
    const keysNow = (): readonly Buffer[] => {
      asked += 1;
      return [NEXT];
    };
    const lost = [entity('b', Buffer.alloc(32, 3)), entity('a', Buffer.alloc(32, 3))];
    const rows = [...lost, entity('c', NEXT)];
    for (const times of [1, 1]) {
      expect(opened(secrets, rows, [KEY], keysNow)).toEqual([['value of c'], ['b', 'a']]);
      expect(asked).toBe(times);
    }
    expect(opened(secrets, [entity('b', NEXT)], [KEY], keysNow)).toEqual([['value of b'], []]);
    expect(asked).toBe(2);
  });

  it('forgets what is revoked, and knows no value for another owner', () => {
    const secrets = new OpenedSecrets();
    opened(secrets, [entity('a', KEY)]);
    const moved = secrets.open([entity('a', KEY, { source: 'us' })], [KEY], none);
    expect(moved('us')).toMatchObject({ secrets: [], unopened: [{ id: 'a' }] });
    expect(opened(secrets, [])).toEqual([[], []]);
    expect(opened(secrets, [entity('a', NEXT)])).toEqual([[], ['a']]);
  });
});
