import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDataSource } from '../../src/platform/database/data-source.js';
import { SettingEntity } from '../../src/platform/database/setting.entity.js';
import type { SqlDatabase, SqlSession } from '../../src/platform/database/sql-database.js';
import { SecretsKey } from '../../src/platform/secrets/secrets-key.js';
import { ProviderCatalog } from '../../src/providers/provider-catalog.js';
import { SourceCommands } from '../../src/signature/application/source-commands.js';
import { SecretsLostError, UnfitSecretError } from '../../src/signature/application/source-errors.js';
import { Sources } from '../../src/signature/application/sources.js';
import type { Custom } from '../../src/signature/domain/own/own-provider.js';
import { SecretStore } from '../../src/signature/infrastructure/secret-store.js';
import { SourceSecretEntity } from '../../src/signature/infrastructure/source-secret.entity.js';
import { SourceEntity } from '../../src/signature/infrastructure/source.entity.js';
import { builtDataSource, databaseKinds, migrateBuilt, type TestDatabase } from '../support/databases.js';
import { lockWait } from '../support/lock-wait.js';
import { HandClock } from '../support/stores.js';

const NAME = 'acme';

/** How secrets become keys: as they are, or from hex digits alone. */
type Key = 'utf8' | 'hex';

const readsSecretsAs = (key: Key): Custom => ({
  scheme: { key, signed: '{body}', signature: { header: 'x-plain', encoding: 'hex' } },
});

/** What one process has. */
interface Process {
  readonly database: SqlDatabase;
  readonly commands: SourceCommands;
}

/** A transaction that is kept from its end. */
interface HeldTransaction {
  /** Resolves once it has done its work. */
  readonly hasWorked: Promise<void>;
  readonly letCommit: () => void;
}

/** Has the next transaction of a process wait before it is committed. */
function holdNext({ database }: Process): HeldTransaction {
  const transaction = database.transaction.bind(database);
  let letCommit = (): void => undefined;
  const isLet = new Promise<void>((resolve) => (letCommit = resolve));
  const hasWorked = new Promise<void>((resolve) => {
    vi.spyOn(database, 'transaction').mockImplementationOnce(
      <T>(work: (session: SqlSession) => Promise<T>): Promise<T> =>
        transaction(async (session) => {
          const result = await work(session);
          resolve();
          await isLet;
          return result;
        }),
    );
  });
  return { hasWorked, letCommit };
}

describe.each(databaseKinds)('an own provider and its secrets on $name', (kind) => {
  let made: TestDatabase;
  let dataSource: DataSource;
  let mine: Process;
  let theirs: Process;

  beforeAll(async () => {
    made = await kind.make();
    const migrated = await (await builtDataSource(made.config)).initialize();
    await migrateBuilt(migrated);
    await migrated.destroy();
    const entities = [SettingEntity, SourceEntity, SourceSecretEntity];
    dataSource = await createDataSource(made.config).setOptions({ entities, migrations: [] }).initialize();
    mine = await startProcess();
    theirs = await startProcess();
  });

  afterAll(async () => {
    for (const { database } of [mine, theirs]) await database.close();
    await dataSource.destroy();
    await made.stop();
  });

  beforeEach(async () => {
    await dataSource.query('DELETE FROM source_secrets');
    await dataSource.query('DELETE FROM sources');
    await mine.commands.create(NAME, 'custom:acme', undefined, {
      custom: readsSecretsAs('utf8'),
    });
  });

  async function startProcess(): Promise<Process> {
    const database = await made.connect(await (await builtDataSource(made.config)).initialize());
    const config = { SECRETS_KEY: Buffer.alloc(32, 1), SECRETS_KEY_PREVIOUS: [], DATA_DIR: 'unused' };
    const [key, clock] = [new SecretsKey(config, dataSource), new HandClock()];
    const store = new SecretStore(dataSource, database, key);
    const sources = new Sources(dataSource, new ProviderCatalog([]), store, key, clock);
    await key.all();
    return { database, commands: new SourceCommands(database, store, sources, clock) };
  }

  const add = ({ commands }: Process, secret: string): Promise<SourceSecretEntity> =>
    commands.addSecret(NAME, 'signature', secret, 0);
  const change = ({ commands }: Process, key: Key): Promise<SourceEntity | null> =>
    commands.change(NAME, { custom: readsSecretsAs(key) });
  const readsAs = async (): Promise<unknown> => {
    const source = await dataSource.getRepository(SourceEntity).findOneByOrFail({ name: NAME });
    return (JSON.parse(source.custom ?? '') as Custom).scheme.key;
  };

  /** What both come to, where mine begins when theirs has done its work and not committed it. */
  async function overlapping<T, M>(
    doTheirs: () => Promise<T>,
    doMine: () => Promise<M>,
  ): Promise<[PromiseSettledResult<T>, PromiseSettledResult<M>]> {
    const { hasWorked, letCommit } = holdNext(theirs);
    const done = doTheirs();
    await hasWorked;
    const begins = vi.spyOn(mine.database, 'transaction').mockClear();
    const both = Promise.allSettled([done, doMine()]);
    try {
      await expect.poll(() => begins.mock.calls).toHaveLength(1);
      await lockWait(mine.database, dataSource);
    } finally {
      letCommit();
      await both;
    }
    return both;
  }

  it('is not changed to what a secret that is just added could not be read by', async () => {
    const [added, changed] = await overlapping(
      () => add(theirs, 'no hex digits'),
      () => change(mine, 'hex'),
    );
    const [secret] = await dataSource.getRepository(SourceSecretEntity).find();
    expect(added).toEqual({ status: 'fulfilled', value: secret });
    expect(changed).toEqual({ status: 'rejected', reason: new SecretsLostError([secret?.id ?? '']) });
    expect(await readsAs()).toBe('utf8');
  });

  it('gets no secret that could not be read by what it is just changed to', async () => {
    const [changed, added] = await overlapping(
      () => change(theirs, 'hex'),
      () => add(mine, 'no hex digits'),
    );
    expect(changed.status).toBe('fulfilled');
    expect(added).toEqual({
      status: 'rejected',
      reason: new UnfitSecretError('must be hex digits, two for each byte'),
    });
    expect(await readsAs()).toBe('hex');
    expect(await dataSource.getRepository(SourceSecretEntity).find()).toEqual([]);
  });

  it('gets a secret that can be read either way, whichever comes first', async () => {
    const changeFirst = await overlapping(
      () => change(theirs, 'hex'),
      () => add(mine, '0a0b'),
    );
    const addFirst = await overlapping(
      () => add(theirs, '0c0d'),
      () => change(mine, 'utf8'),
    );
    expect([...changeFirst, ...addFirst].map(({ status }) => status)).not.toContain('rejected');
    expect(await readsAs()).toBe('utf8');
    expect(await dataSource.getRepository(SourceSecretEntity).find()).toHaveLength(2);
  });
});
