import type { DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SourceSecrets1795000000013 } from '../../src/migrations/1795000000013-source-secrets.js';
import { SecretReveals1795000000022 } from '../../src/migrations/1795000000022-secret-reveals.js';
import { createDataSource } from '../../src/platform/database/data-source.js';
import { SettingEntity } from '../../src/platform/database/setting.entity.js';
import { type SqlDatabase, type SqlRow, toSqlTime } from '../../src/platform/database/sql-database.js';
import {
  fingerprintOf,
  SecretsKey,
  SecretsKeyReplacedError,
} from '../../src/platform/secrets/secrets-key.js';
import { SecretsRotation, UnopenedSecretsError } from '../../src/signature/application/secrets-rotation.js';
import { MOST_ACTIVE_SECRETS, type SecretPurpose } from '../../src/signature/domain/source-secret.js';
import { decryptSecret, encryptSecret } from '../../src/signature/infrastructure/secret-cipher.js';
import {
  SecretExistsError,
  SecretStore,
  SecretUnreadableError,
} from '../../src/signature/infrastructure/secret-store.js';
import { SourceSecretEntity } from '../../src/signature/infrastructure/source-secret.entity.js';
import { builtDataSource, databaseKinds, migrateBuilt, type TestDatabase } from '../support/databases.js';
import { HandClock } from '../support/stores.js';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const HOUR = 3_600_000;

describe.each(databaseKinds)('secrets on $name', (kind) => {
  let made: TestDatabase;
  let dataSource: DataSource;
  let database: SqlDatabase;
  const clock = new HandClock();

  beforeAll(async () => {
    made = await kind.make();
    const migrated = await (await builtDataSource(made.config)).initialize();
    await migrateBuilt(migrated);
    await migrated.destroy();
    const entities = [SettingEntity, SourceSecretEntity];
    dataSource = await createDataSource(made.config).setOptions({ entities, migrations: [] }).initialize();
    database = await made.connect(await (await builtDataSource(made.config)).initialize());
  });

  afterAll(async () => {
    await database.close();
    await dataSource.destroy();
    await made.stop();
  });

  const run = (sql: string, values: (string | null)[] = []): Promise<number> =>
    database.transaction((session) => session.run(sql, values));
  const all = (sql: string): Promise<readonly SqlRow[]> =>
    database.transaction((session) => session.all(sql, []));

  beforeEach(async () => {
    for (const table of ['sources', 'source_secrets', 'settings']) await run(`DELETE FROM ${table}`);
    await run(
      "INSERT INTO sources (name, provider, created_at) VALUES ('eu', 'stripe', '2026-01-30 12:00:00.000')",
    );
  });

  /** The keys of a process, opened as at its start. */
  async function keysOf(key: Buffer, ...previous: Buffer[]): Promise<SecretsKey> {
    const config = { SECRETS_KEY: key, SECRETS_KEY_PREVIOUS: previous, DATA_DIR: 'unused' };
    const keys = new SecretsKey(config, dataSource);
    await keys.all();
    return keys;
  }

  const storeOf = async (key: Buffer, ...previous: Buffer[]): Promise<SecretStore> =>
    new SecretStore(dataSource, database, await keysOf(key, ...previous));

  describe('of a source', () => {
    let store: SecretStore;

    beforeEach(async () => {
      store = await storeOf(OLD);
    });

    let values = 0;
    const add = async (
      overlapMs: number,
      purpose: SecretPurpose = 'signature',
      value = `value ${(values += 1)}`,
    ): Promise<string> => {
      const added = await store.add({ source: 'eu', purpose, value }, overlapMs, clock.now());
      clock.time += 1;
      return typeof added === 'string' ? added : added.id;
    };
    const active = async (): Promise<string[]> => (await store.active(clock.now())).map(({ id }) => id);

    it('count beside a newer one until the overlap is over, and no longer than they would have', async () => {
      const first = await add(0);
      const handshake = await add(0, 'handshake');
      const second = await add(HOUR);
      const third = await add(2 * HOUR);
      expect(await active()).toEqual([third, second, handshake, first]);
      clock.time += HOUR;
      expect(await active()).toEqual([third, second, handshake]);
      clock.time += HOUR;
      expect(await active()).toEqual([third, handshake]);
      const fourth = await add(0);
      expect(await active()).toEqual([fourth, handshake]);
    });

    it('are kept bound to source and purpose', async () => {
      await add(0, 'basic', 'v');
      const [row] = await store.list('eu');
      const open = (source: string, purpose: SecretPurpose): string | null =>
        decryptSecret(row?.value ?? '', { source, purpose }, OLD);
      expect([open('eu', 'basic'), open('eu', 'signature'), open('us', 'basic')]).toEqual(['v', null, null]);
    });

    it('are bounded for each purpose, also where they are added at the same time', async () => {
      const added = await Promise.all(Array.from({ length: MOST_ACTIVE_SECRETS + 3 }, () => add(HOUR)));
      expect(added.filter((id) => id === 'TOO_MANY')).toHaveLength(3);
      expect(await active()).toHaveLength(MOST_ACTIVE_SECRETS);
      expect(await add(HOUR, 'basic')).not.toBe('TOO_MANY');
      expect(await add(0)).not.toBe('TOO_MANY');
      expect(await active()).toHaveLength(2);
    });

    it.each([0, HOUR])('are not added twice, with an overlap of %i ms', async (overlapMs) => {
      const id = await add(0, 'signature', 'v');
      await expect(add(overlapMs, 'signature', 'v')).rejects.toThrow(new SecretExistsError(id));
      const other = await add(HOUR, 'signature', 'w');
      await expect(add(overlapMs, 'signature', 'v')).rejects.toThrow(new SecretExistsError(id));
      expect(await active()).toEqual([other, id]);
      await add(0, 'handshake', 'v');
    });

    it('are added again once they have expired, or were revoked', async () => {
      const first = await add(0, 'signature', 'v');
      await store.revoke('eu', first, clock.now());
      const second = await add(0, 'signature', 'v');
      const other = await add(HOUR, 'signature', 'w');
      clock.time += HOUR;
      const third = await add(HOUR, 'signature', 'v');
      expect(await active()).toEqual([third, other]);
      expect(new Set([first, second, third]).size).toBe(3);
    });

    it('are added once where that is asked for at the same moment', async () => {
      const other = await made.connect(await (await builtDataSource(made.config)).initialize());
      const stores = [store, new SecretStore(dataSource, other, await keysOf(OLD))] as const;
      const secret = { source: 'eu', purpose: 'signature', value: 'v' } as const;
      const added = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) => stores[index % 2 ? 1 : 0].add(secret, HOUR, clock.now())),
      );
      await other.close();
      const [id = ''] = await active();
      expect(await active()).toEqual([id]);
      const refused = added.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
      expect(refused).toEqual(Array(7).fill(new SecretExistsError(id)));
    });

    it('are added to sources that there are', async () => {
      const nowhere = { source: 'nowhere', purpose: 'signature', value: 'v' } as const;
      expect(await store.add(nowhere, 0, clock.now())).toBe('NO_SOURCE');
    });

    it('leave a record and no value when they are revoked, by their own source alone', async () => {
      const id = await add(0);
      expect(await store.revoke('us', id, clock.now())).toBeNull();
      expect(await store.revoke('eu', id, clock.now())).toMatchObject({
        id,
        value: null,
        revokedAt: clock.now(),
      });
      expect(await store.revoke('eu', id, clock.now())).toBeNull();
      expect(await active()).toEqual([]);
      expect(await store.list('eu')).toHaveLength(1);
    });

    it('have the latest time of use that anybody has written down', async () => {
      const id = await add(0);
      for (const offset of [1000, 2000, 0]) await store.used(new Map([[id, clock.in(offset)]]));
      expect((await store.list('eu'))[0]?.lastUsedAt).toEqual(clock.in(2000));
    });
  });

  describe('that a person has to copy', () => {
    let store: SecretStore;
    let id: string;
    const brought = { source: 'eu', purpose: 'signature', value: 'v', isToBeCopied: true } as const;

    beforeEach(async () => {
      store = await storeOf(OLD);
      id = (await store.addFirst(brought, clock.now()))?.id ?? '';
    });

    const reveal = (source = 'eu'): ReturnType<SecretStore['reveal']> =>
      store.reveal(source, id, clock.now());

    it('are revealed once, and go on counting', async () => {
      expect(await reveal()).toEqual({ value: 'v' });
      expect(await reveal()).toBe('SHOWN');
      expect(await store.active(clock.now())).toMatchObject([{ id, reveal: 'DONE' }]);
    });

    it('are revealed to one of those who ask at the same moment', async () => {
      const other = await made.connect(await (await builtDataSource(made.config)).initialize());
      const stores = [store, new SecretStore(dataSource, other, await keysOf(OLD))] as const;
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => stores[index % 2 ? 1 : 0].reveal('eu', id, clock.now())),
      );
      await other.close();
      expect(answers.filter((answer) => typeof answer === 'object')).toEqual([{ value: 'v' }]);
      expect(answers.filter((answer) => answer === 'SHOWN')).toHaveLength(7);
    });

    it('are not revealed once they have verified something', async () => {
      await store.used(new Map([[id, clock.now()]]));
      expect(await reveal()).toBe('USED');
    });

    it('are not revealed once they are expired or revoked, nor as those of another source', async () => {
      expect(await reveal('us')).toBe('NO_SECRET');
      await store.add({ ...brought, value: 'w', isToBeCopied: false }, 0, clock.now());
      expect(await reveal()).toBe('EXPIRED');
      await store.revoke('eu', id, clock.now());
      expect(await reveal()).toBe('NO_SECRET');
    });

    it('are the only ones to be revealed', async () => {
      await run("INSERT INTO sources (name, provider, created_at) VALUES ('us', 'asana', '2026-01-30')");
      const kept = await store.addFirst({ source: 'us', purpose: 'signature', value: 'v' }, clock.now());
      expect(await store.reveal('us', kept?.id ?? '', clock.now())).toBe('NOT_TO_BE_COPIED');
      const given = await store.add({ source: 'eu', purpose: 'signature', value: 'w' }, HOUR, clock.now());
      const { id: givenId } = given as SourceSecretEntity;
      expect(await store.reveal('eu', givenId, clock.now())).toBe('NOT_TO_BE_COPIED');
    });

    it('stay to be revealed where no key of the process opens them', async () => {
      const value = encryptSecret('v', brought, NEW);
      await run('UPDATE source_secrets SET value = ? WHERE id = ?', [value, id]);
      await expect(reveal()).rejects.toThrow(SecretUnreadableError);
      const both = await storeOf(OLD, NEW);
      expect(await both.reveal('eu', id, clock.now())).toEqual({ value: 'v' });
    });

    it('are revealed by no process that has the key from before a rotation alone', async () => {
      await new SecretsRotation(database, NEW, [OLD], () => undefined).run();
      await expect(reveal()).rejects.toThrow(SecretsKeyReplacedError);
      const both = await storeOf(NEW, OLD);
      expect(await both.reveal('eu', id, clock.now())).toEqual({ value: 'v' });
    });
  });

  describe('from before, taken over', () => {
    it('are as they were, and are given back by the way down', async () => {
      const value = encryptSecret('whsec', { source: 'eu', purpose: 'signature' }, OLD);
      const migration = new SourceSecrets1795000000013();
      const later = new SecretReveals1795000000022();
      const runner = dataSource.createQueryRunner();
      await migration.down(runner);
      await dataSource.query('UPDATE sources SET secret = ?', [value]);
      await migration.up(runner);
      await later.up(runner);
      const store = await storeOf(OLD);
      const [taken] = await store.active(clock.now());
      expect(taken).toMatchObject({ source: 'eu', purpose: 'signature', value, lastUsedAt: null });
      expect(taken?.createdAt).toEqual(new Date('2026-01-30T12:00:00.000Z'));
      const newer = await store.add({ source: 'eu', purpose: 'signature', value: 'v' }, HOUR, clock.now());
      await migration.down(runner);
      const [source] = await dataSource.query<{ secret: string }[]>('SELECT secret FROM sources');
      expect(source?.secret).toBe(typeof newer === 'string' ? newer : newer.value);
      await migration.up(runner);
      await later.up(runner);
      await runner.release();
    });
  });

  describe('under a key that is rotated', () => {
    const MANY = 120;

    const value = (key: Buffer, text: string): string =>
      encryptSecret(text, { source: 'eu', purpose: 'signature' }, key);

    /** Secrets under a key, whose text is their id. */
    async function keep(count: number, key: Buffer): Promise<string[]> {
      const ids = Array.from({ length: count }, () => uuidV7());
      await database.transaction(async (session) => {
        for (const id of ids) {
          await session.run(
            "INSERT INTO source_secrets (id, source, purpose, value, created_at) VALUES (?, 'eu', 'signature', ?, ?)",
            [id, value(key, id), toSqlTime(clock.now())],
          );
        }
      });
      return ids;
    }

    /** How many secrets a key opens, each of which has to be the right one. */
    async function opened(key: Buffer): Promise<number> {
      const rows = await all('SELECT id, value FROM source_secrets WHERE value IS NOT NULL');
      const owner = { source: 'eu', purpose: 'signature' } as const;
      const texts = rows.map((row) => [row['id'], decryptSecret(row['value'] as string, owner, key)]);
      const readable = texts.filter(([, text]) => text !== null);
      expect(readable.every(([id, text]) => id === text)).toBe(true);
      return readable.length;
    }

    const fingerprint = async (): Promise<unknown> => (await all('SELECT value FROM settings'))[0]?.['value'];
    const rotation = (progress: (count: number) => void = () => undefined): SecretsRotation =>
      new SecretsRotation(database, NEW, [OLD], progress);

    beforeEach(async () => {
      await keysOf(OLD);
    });

    it('are all encrypted anew in steps, but for those that are revoked', async () => {
      const [revoked = ''] = await keep(MANY, OLD);
      await (await storeOf(OLD)).revoke('eu', revoked, clock.now());
      const steps: number[] = [];
      expect(await rotation((count) => steps.push(count)).run()).toBe(MANY - 1);
      expect(steps).toEqual([50, 100, 119, 119]);
      expect([await opened(NEW), await opened(OLD)]).toEqual([MANY - 1, 0]);
      expect(await fingerprint()).toBe(fingerprintOf(NEW));
      expect(await rotation().run()).toBe(0);
    });

    it('are encrypted anew in steps between which others write', async () => {
      await keep(MANY, OLD);
      const other = await made.connect(await (await builtDataSource(made.config)).initialize());
      let steps = 0;
      const rotated = rotation(() => (steps += 1)).run();
      await other.transaction((session) => session.run("UPDATE sources SET provider = 'github'", []));
      const before = steps;
      await rotated;
      expect(before).toBeLessThan(steps);
      await other.close();
    });

    it('are readable with both keys wherever it was cut off, and it goes on when it is run again', async () => {
      await keep(MANY, OLD);
      const cutOff = rotation(() => {
        throw new Error('cut off');
      });
      await expect(cutOff.run()).rejects.toThrow('cut off');
      expect([await opened(NEW), await opened(OLD)]).toEqual([50, MANY - 50]);
      expect(await fingerprint()).toBe(fingerprintOf(OLD));
      await expect(keysOf(NEW)).rejects.toThrow('SECRETS_KEY is not the key');
      for (const keys of [keysOf(NEW, OLD), keysOf(OLD, NEW), keysOf(OLD)]) await keys;
      expect(await rotation().run()).toBe(MANY - 50);
      expect([await opened(NEW), await opened(OLD)]).toEqual([MANY, 0]);
      await expect(keysOf(OLD)).rejects.toThrow('SECRETS_KEY is not the key');
      await keysOf(NEW);
    });

    it('include those that processes with either key write meanwhile', async () => {
      await keep(1, OLD);
      const stores = [await storeOf(OLD), await storeOf(NEW, OLD)];
      const written: string[] = [];
      const between = async (): Promise<void> => {
        for (const store of stores) {
          const secret = { source: 'eu', purpose: 'basic', value: `v${written.length}` } as const;
          const added = await store.add(secret, HOUR, clock.now());
          if (typeof added !== 'string') written.push(added.id);
        }
      };
      let writing: Promise<void> | undefined;
      const meanwhile = new SecretsRotation(
        new Proxy(database, {
          get: (target, name) =>
            name === 'transaction'
              ? async <T>(work: Parameters<typeof target.transaction<T>>[0]) => {
                  const result = await target.transaction(work);
                  await (writing ??= between());
                  return result;
                }
              : (Reflect.get(target, name) as unknown),
        }),
        NEW,
        [OLD],
        () => undefined,
      );
      expect(await meanwhile.run()).toBe(3);
      expect(written).toHaveLength(2);
      for (const row of await all("SELECT value FROM source_secrets WHERE purpose = 'basic'")) {
        const owner = { source: 'eu', purpose: 'basic' } as const;
        expect(decryptSecret(row['value'] as string, owner, NEW)).toMatch(/^v\d$/);
      }
    });

    it('are added no more by a process that has the key from before alone, and by the others under the new one', async () => {
      const before = await storeOf(OLD);
      const both = await storeOf(NEW, OLD);
      await rotation().run();
      const secret = { source: 'eu', purpose: 'signature', value: 'v' } as const;
      await expect(before.add(secret, 0, clock.now())).rejects.toThrow(SecretsKeyReplacedError);
      expect(await before.list('eu')).toEqual([]);
      const added = await both.add(secret, 0, clock.now());
      expect(decryptSecret(typeof added === 'string' ? '' : (added.value ?? ''), secret, NEW)).toBe('v');
    });

    it('stay under the key from before where one of them is under neither, which is named', async () => {
      await keep(2, OLD);
      const [lost = ''] = await keep(1, Buffer.alloc(32, 3));
      const error: unknown = await rotation()
        .run()
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UnopenedSecretsError);
      expect((error as UnopenedSecretsError).secrets).toMatchObject([{ id: lost, source: 'eu' }]);
      expect([await opened(NEW), await fingerprint()]).toEqual([2, fingerprintOf(OLD)]);
      await (await storeOf(NEW, OLD)).revoke('eu', lost, clock.now());
      expect(await rotation().run()).toBe(0);
      expect(await fingerprint()).toBe(fingerprintOf(NEW));
    });
  });
});
