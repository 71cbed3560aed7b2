import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource } from 'typeorm';
import { type AppConfig, loadConfig } from '../../src/platform/config/config.js';
import type * as dataSources from '../../src/platform/database/data-source.js';
import type * as migrations from '../../src/platform/database/migrate.js';
import { MysqlDatabase } from '../../src/platform/database/mysql-database.js';
import type { SqlDatabase } from '../../src/platform/database/sql-database.js';
import { SqliteDatabase } from '../../src/platform/database/sqlite-database.js';
import { serversAvailable, startMariaDb } from './servers.js';

/** An empty database of its own for a suite. */
export interface TestDatabase {
  readonly config: AppConfig;
  /** What the core asks of a database, on the given connections for handlers. */
  connect(handlers: DataSource): Promise<SqlDatabase>;
  /** Takes it away, once every connection is closed. */
  stop(): Promise<void>;
}

/** A kind of database that a suite is held against. */
export interface DatabaseKind {
  readonly name: 'SQLite' | 'MariaDB';
  make(): Promise<TestDatabase>;
}

const sqlite: DatabaseKind = {
  name: 'SQLite',
  async make() {
    const folder = await mkdtemp(join(tmpdir(), 'hookwell-database-'));
    return {
      config: loadConfig({ DATA_DIR: folder }),
      connect: (handlers) => Promise.resolve(new SqliteDatabase(handlers)),
      stop: () => rm(folder, { recursive: true }),
    };
  },
};

const mariaDb: DatabaseKind = {
  name: 'MariaDB',
  async make() {
    const server = await startMariaDb();
    return {
      config: loadConfig({ DATABASE_URL: server.url }),
      connect: (handlers) => MysqlDatabase.connect(server.url, handlers),
      stop: () => server.stop(),
    };
  },
};

const available = serversAvailable();
if (!available.available) process.stdout.write(`NOT RUN on MariaDB: ${available.reason}\n`);

/** Both, for `describe.each`; where MariaDB cannot be had, outside CI, only SQLite, and it says so. */
export const databaseKinds: readonly DatabaseKind[] = available.available ? [sqlite, mariaDb] : [sqlite];

/** A DataSource with the built entities and migrations: TypeORM loads them itself, as it does when Hookwell runs. */
export async function builtDataSource(config: AppConfig): Promise<DataSource> {
  return (await built<typeof dataSources>('data-source.js')).createDataSource(config);
}

/** Brings the schema up to date by the built migrations. */
export async function migrateBuilt(dataSource: DataSource): Promise<void> {
  await (await built<typeof migrations>('migrate.js')).migrate(dataSource);
}

async function built<T>(file: string): Promise<T> {
  return (await import(pathToFileURL(resolve('dist/src/platform/database', file)).href)) as T;
}
