import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChangedRows, IrrevocableStatementError } from '../../src/platform/database/changed-rows.js';
import type { OpenTransaction, SqlDatabase } from '../../src/platform/database/sql-database.js';
import { createDataSource } from '../../src/platform/database/data-source.js';
import { SettingEntity } from '../../src/platform/database/setting.entity.js';
import { builtDataSource, databaseKinds, migrateBuilt, type TestDatabase } from '../support/databases.js';

describe.each(databaseKinds)('changed rows on $name', (kind) => {
  const isSqlite = kind.name === 'SQLite';
  let made: TestDatabase;
  let dataSource: DataSource;
  let database: SqlDatabase;
  let transaction: OpenTransaction;
  let changes: ChangedRows;

  beforeAll(async () => {
    made = await kind.make();
    const migrated = await (await builtDataSource(made.config)).initialize();
    await migrateBuilt(migrated);
    await migrated.query(`INSERT INTO settings (name, value) VALUES ('a', '1'), ('b', '1'), ('c', '2')`);
    await migrated.destroy();
    dataSource = await createDataSource(made.config)
      .setOptions({ entities: [SettingEntity], migrations: [] })
      .initialize();
    database = await made.connect(dataSource);
  });

  beforeEach(async () => {
    transaction = await database.open();
    changes = new ChangedRows();
    const { queryRunner } = transaction.manager;
    if (queryRunner) changes.watch(queryRunner);
  });

  afterEach(() => transaction.rollback());

  afterAll(async () => {
    await database.close();
    await made.stop();
  });

  const query = (sql: string, parameters?: unknown[]): Promise<unknown> =>
    transaction.manager.query(sql, parameters);

  const upsert = (values: string): string =>
    `INSERT INTO settings (name, value) VALUES ${values} ${database.dialect.onTakenKey('name')} value = '9'`;

  it.each([
    [`INSERT INTO settings (name, value) VALUES ('x', '1'), ('y', '1')`, 2],
    [`/* why */ -- and\n  insert into settings (name, value) values ('x', '1')`, 1],
    [`UPDATE settings SET value = '3' WHERE value = '1'`, 2],
    [`UPDATE settings SET value = '1' WHERE value = '1'`, 2],
    [`UPDATE settings SET value = '3' WHERE value = 'none'`, 0],
    [`DELETE FROM settings WHERE name IN ('a', 'c')`, 2],
    [`REPLACE INTO settings (name, value) VALUES ('a', '5')`, 1],
    [`REPLACE INTO settings (name, value) VALUES ('a', '5'), ('x', '5')`, 2],
    [`SELECT * FROM settings WHERE value = 'UPDATE settings'`, 0],
  ])('counts what the database tells: %s', async (sql, rows) => {
    await query(sql);
    expect(changes.tables).toEqual(rows === 0 ? [] : [{ table: 'settings', rows }]);
  });

  it('counts a row once that is there already', async () => {
    await query(upsert(`('a', '1')`));
    expect(changes.tables).toEqual([{ table: 'settings', rows: 1 }]);
    await query(upsert(`('a', '1'), ('x', '1'), ('b', '1')`));
    expect(changes.tables).toEqual([{ table: 'settings', rows: 4 }]);
  });

  it('counts rows that come back', async () => {
    await query(`INSERT INTO settings (name, value) VALUES ('x', '1'), ('y', '1') RETURNING name`);
    expect(changes.tables).toEqual([{ table: 'settings', rows: 2 }]);
  });

  it('counts by table, and what goes through the object mapper, to which it makes no difference', async () => {
    const settings = transaction.manager.getRepository(SettingEntity);
    await settings.save({ name: 'x', value: '1' });
    expect((await settings.update({ value: '1' }, { value: '2' })).affected).toBe(3);
    expect((await settings.delete({ name: 'a' })).affected).toBe(1);
    await query(`UPDATE ${isSqlite ? '"sources"' : '`sources`'} SET enabled = 1`);
    await query(`INSERT INTO sources (name, provider, created_at) VALUES ('s', 'p', '2026-01-31')`);
    expect(changes.tables).toEqual([
      { table: 'settings', rows: 5 },
      { table: 'sources', rows: 1 },
    ]);
    expect(await query(`SELECT value FROM settings WHERE name = 'b'`)).toMatchObject([{ value: '2' }]);
    expect(await settings.find({ order: { name: 'ASC' } })).toMatchObject([
      { name: 'b', value: '2' },
      { name: 'c', value: '2' },
      { name: 'x', value: '2' },
    ]);
  });

  it('does not count what was taken back', async () => {
    await query(`DELETE FROM settings WHERE name = 'a'`);
    const nested = transaction.manager.transaction(async (manager) => {
      await manager.query('DELETE FROM settings');
      throw new Error('no');
    });
    await expect(nested).rejects.toThrow('no');
    await transaction.manager.transaction((manager) =>
      manager.query(`DELETE FROM settings WHERE name = 'b'`),
    );
    expect(changes.tables).toEqual([{ table: 'settings', rows: 2 }]);
  });

  it.each([
    'TRUNCATE TABLE settings',
    'DROP TABLE settings',
    '/* quietly */ CREATE TABLE strayed (id int)',
    '/*! CREATE TABLE strayed */ SELECT 1 AS one',
    'COMMIT',
    'SET autocommit = 1',
    'ROLLBACK',
  ])('lets nothing through that a rollback does not undo: %s', async (sql) => {
    await query(`DELETE FROM settings WHERE name = 'a'`);
    await expect(query(sql)).rejects.toThrow(IrrevocableStatementError);
    await transaction.rollback();
    transaction = await database.open();
    expect(await query(`SELECT value FROM settings WHERE name = 'a'`)).toMatchObject([{ value: '1' }]);
  });
});
