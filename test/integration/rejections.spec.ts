import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase } from '../../src/platform/database/sql-database.js';
import type { Rejection } from '../../src/signature/domain/rejection.js';
import { RejectionStore } from '../../src/signature/infrastructure/rejection-store.js';
import { builtDataSource, databaseKinds, migrateBuilt, type TestDatabase } from '../support/databases.js';

const KEPT = 5;

const rejection = (detail: string, at = 0): Rejection => ({
  at: new Date(Date.UTC(2026, 0, 31) + at),
  reason: 'signature_mismatch',
  detail,
  remoteAddress: '2001:db8::1',
  headerNames: '["host"]',
  size: Number.MAX_SAFE_INTEGER,
});

const series = (count: number, at = 0, name = ''): Rejection[] =>
  Array.from({ length: count }, (_, index) => rejection(`${name}${index}`, at));

describe.each(databaseKinds)('the rejections of sources on $name', (kind) => {
  let made: TestDatabase;
  let dataSource: DataSource;
  let database: SqlDatabase;
  let store: RejectionStore;
  let statements: string[];

  /** The database, which notes each statement that changes something. */
  function noting(inner: SqlDatabase): SqlDatabase {
    return Object.assign(Object.create(inner) as SqlDatabase, {
      transaction: <T>(work: Parameters<typeof inner.transaction<T>>[0]) =>
        inner.transaction((session) =>
          work({
            ...session,
            run: (sql, parameters) => {
              statements.push(sql);
              return session.run(sql, parameters);
            },
          }),
        ),
    });
  }

  beforeAll(async () => {
    made = await kind.make();
    dataSource = await (await builtDataSource(made.config)).initialize();
    await migrateBuilt(dataSource);
    database = await made.connect(await (await builtDataSource(made.config)).initialize());
    store = storeOf(KEPT);
  });

  afterAll(async () => {
    await database.close();
    await dataSource.destroy();
    await made.stop();
  });

  beforeEach(async () => {
    statements = [];
    await dataSource.query('DELETE FROM source_rejections');
  });

  const storeOf = (kept: number): RejectionStore =>
    new RejectionStore({ REJECTIONS_KEPT: kept }, dataSource, noting(database));

  async function write(bySource: Record<string, readonly Rejection[]>): Promise<void> {
    await store.add(new Map(Object.entries(bySource)));
    await store.prune(Object.keys(bySource));
  }

  /** Newest first. */
  async function details(source: string): Promise<string[]> {
    const rows = await dataSource.query<{ detail: string }[]>(
      `SELECT detail FROM source_rejections WHERE source = '${source}' ORDER BY id DESC`,
    );
    return rows.map(({ detail }) => detail);
  }

  it('keeps the newest of each source, newest first, also of one millisecond', async () => {
    await write({ one: series(4), two: series(2) });
    await write({ one: series(3, 0, 'later ') });
    expect(await details('one')).toEqual(['later 2', 'later 1', 'later 0', '3', '2']);
    expect(await details('two')).toEqual(['1', '0']);
    expect(await details('three')).toEqual([]);
  });

  it('keeps no more of what two processes write at the same time', async () => {
    const other = storeOf(KEPT);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        [store, other].map(async (each, index) => {
          const name = `${index} `;
          await each.add(
            new Map([
              ['a', series(KEPT, round, name)],
              ['b', series(KEPT, round, name)],
            ]),
          );
          await each.prune(['b', 'a']);
        }),
      );
      expect([(await details('a')).length, (await details('b')).length]).toEqual([KEPT, KEPT]);
    }
  });

  it('writes a thousand down in a few statements of few texts', async () => {
    store = storeOf(1000);
    await write({ one: series(1000) });
    expect(statements.length).toBeLessThan(25);
    await write({ one: series(999, 1) });
    expect(statements.length).toBeLessThan(50);
    expect(new Set(statements).size).toBeLessThanOrEqual(8);
    expect(await details('one')).toHaveLength(1000);
    store = storeOf(KEPT);
  });
});
