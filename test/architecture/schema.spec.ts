import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as dataSources from '../../src/platform/database/data-source.js';
import type * as migrations from '../../src/platform/database/migrate.js';
import { serversAvailable, startMariaDb } from '../support/servers.js';

/** The built code: TypeORM loads entities and migrations itself, as it does when Hookwell runs. */
async function built<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(resolve('dist/src/platform/database', path)).href)) as T;
}

/** MariaDB tells a column's default otherwise than MySQL; the comparison has to know which of them it reads. */
function asServed(dataSource: DataSource): DataSource {
  const { options } = dataSource;
  return options.type === 'mysql' ? new DataSource({ ...options, type: 'mariadb' }) : dataSource;
}

const embedded = {
  name: 'SQLite',
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hookwell-schema-'));
    return { settings: { DATA_DIR: folder }, stop: () => rm(folder, { recursive: true }) };
  },
};
const mariaDb = {
  name: 'MariaDB',
  open: async () => {
    const server = await startMariaDb();
    return { settings: { DATA_DIR: '', DATABASE_URL: server.url }, stop: () => server.stop() };
  },
};

describe.each(serversAvailable().available ? [embedded, mariaDb] : [embedded])(
  'the schema on $name',
  ({ open }) => {
    let dataSource: DataSource;
    let stop: () => Promise<void>;

    beforeAll(async () => {
      const { createDataSource } = await built<typeof dataSources>('data-source.js');
      const { migrate } = await built<typeof migrations>('migrate.js');
      const opened = await open();
      stop = opened.stop;
      dataSource = await asServed(
        createDataSource(opened.settings as Parameters<typeof dataSources.createDataSource>[0]),
      ).initialize();
      await migrate(dataSource);
    });

    afterAll(async () => {
      await dataSource.destroy();
      await stop();
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
  },
);
