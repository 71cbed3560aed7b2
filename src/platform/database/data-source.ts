import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeMysqlTypeNames } from 'hookwell/handler-kit';
import { DataSource } from 'typeorm';
import type { AppConfig } from '../config/config.js';

const sourceRoot = fileURLToPath(new URL('../../', import.meta.url));
const libsql: unknown = createRequire(import.meta.url)('libsql');

/** True where the settings name a MySQL or MariaDB server; otherwise the embedded SQLite file is meant. */
export function isMysql(config: Pick<AppConfig, 'DATABASE_URL'>): boolean {
  return config.DATABASE_URL?.startsWith('mysql:') ?? false;
}

/** The embedded database's file. */
export function sqliteFile(config: Pick<AppConfig, 'DATABASE_URL' | 'DATA_DIR'>): string {
  return config.DATABASE_URL?.slice('sqlite:'.length) ?? join(config.DATA_DIR, 'hookwell.sqlite');
}

/**
 * A DataSource, for the app and for TypeORM's command line. Entities and migrations are found by their file names.
 * @param poolSize connections to MySQL; SQLite has one
 */
export function createDataSource(
  config: Pick<AppConfig, 'DATABASE_URL' | 'DATA_DIR' | 'PROVIDERS_DIR'>,
  poolSize = 8,
): DataSource {
  const folders = [sourceRoot, ...(config.PROVIDERS_DIR === undefined ? [] : [config.PROVIDERS_DIR])];
  const shared = {
    entities: folders.map((folder) => join(folder, '**/*.entity.{js,ts}')),
    migrations: folders.map((folder) => join(folder, '**/migrations/*.{js,ts}')),
    migrationsTransactionMode: 'each',
  } as const;
  if (isMysql(config)) {
    return new DataSource({
      ...shared,
      type: 'mysql',
      url: config.DATABASE_URL ?? '',
      timezone: 'Z',
      poolSize,
      connectTimeout: 3000,
    });
  }
  const file = sqliteFile(config);
  mkdirSync(dirname(file), { recursive: true });
  const dataSource = new DataSource({
    ...shared,
    type: 'better-sqlite3',
    database: file,
    driver: libsql,
    enableWAL: true,
    // Waiting for a lock would stop the whole process, and with it whoever is to give the lock back.
    timeout: 0,
    // FULL: a commit is on the disk before the provider gets its 200 (promise P1).
    prepareDatabase: (connection: { exec(sql: string): void }) => {
      connection.exec('PRAGMA synchronous = FULL');
    },
  });
  takeMysqlTypeNames(dataSource);
  return dataSource;
}
