import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtDataSource, databaseKinds, migrateBuilt, type TestDatabase } from '../support/databases.js';

/** MariaDB tells a column's default otherwise than MySQL; the comparison has to know which of them it reads. */
function asServed(dataSource: DataSource): DataSource {
  const { options } = dataSource;
  return options.type === 'mysql' ? new DataSource({ ...options, type: 'mariadb' }) : dataSource;
}

describe.each(databaseKinds)('the schema on $name', (kind) => {
  let made: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    made = await kind.make();
    dataSource = await asServed(await builtDataSource(made.config)).initialize();
    await migrateBuilt(dataSource);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await made.stop();
  });

  /** The statements that would make the tables what the entities say. */
  const difference = async (): Promise<string[]> =>
    (await dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);

  it('is what the entities say', async () => {
    expect(dataSource.entityMetadatas.length).toBeGreaterThan(8);
    expect(await difference()).toEqual([]);
  });

  it('is told apart from what the entities do not say', async () => {
    await dataSource.query('ALTER TABLE stripe_payments ADD COLUMN strayed int');
    expect((await difference()).join('\n')).toContain('stripe_payments');
    await dataSource.query('ALTER TABLE stripe_payments DROP COLUMN strayed');
  });

  it('is made by a start that comes after one that was cut off', async () => {
    // MySQL has committed each table by itself, and the migration's own record was to come last.
    await dataSource.query('DELETE FROM migrations');
    for (const table of ['settings', 'sources', 'github_pull_requests']) {
      await dataSource.query(`DROP TABLE ${table}`);
    }
    await dataSource.runMigrations();
    expect(await difference()).toEqual([]);
  });

  it('is taken back by the migrations, one by one', async () => {
    const count = dataSource.migrations.length;
    for (let undone = 0; undone < count; undone += 1) await dataSource.undoLastMigration();
    await dataSource.runMigrations();
    expect(await difference()).toEqual([]);
  });
});
