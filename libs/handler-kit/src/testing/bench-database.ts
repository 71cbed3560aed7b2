import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions, type EntityManager, type QueryRunner } from 'typeorm';
import { takeMysqlTypeNames } from '../mysql-type-names.js';

const libsql: unknown = createRequire(import.meta.url)('libsql');

/** The tables that the handlers under test write to, as TypeORM takes them: classes or file patterns. */
export interface BenchTables {
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  readonly migrations: NonNullable<DataSourceOptions['migrations']>;
}

/** A database of a test's own. */
export class BenchDatabase {
  /** The end of the last transaction that was asked for; SQLite has one writer at a time. */
  private turn = Promise.resolve();

  private constructor(
    private readonly connect: () => Promise<DataSource>,
    private readonly dataSource: DataSource,
    private readonly remove: () => Promise<unknown>,
  ) {}

  /** A file in a folder of its own. */
  static async sqlite(tables: BenchTables): Promise<BenchDatabase> {
    const folder = await mkdtemp(join(tmpdir(), 'handler-bench-'));
    const connect = async (): Promise<DataSource> => {
      const dataSource = new DataSource({
        ...tables,
        type: 'better-sqlite3',
        database: join(folder, 'bench.sqlite'),
        driver: libsql,
        enableWAL: true,
        // Whoever waited for a lock would keep from working whoever is to give it back.
        timeout: 0,
      });
      takeMysqlTypeNames(dataSource);
      return dataSource.initialize();
    };
    return BenchDatabase.migrated(connect, () => rm(folder, { recursive: true }));
  }

  /** A new database on a server, whose user has to be allowed to make one. */
  static async mysql(url: string, tables: BenchTables): Promise<BenchDatabase> {
    const name = `handler_bench_${randomBytes(6).toString('hex')}`;
    const onServer = async (statement: string): Promise<void> => {
      const server = await new DataSource({ type: 'mysql', url }).initialize();
      await server.query(statement);
      await server.destroy();
    };
    const ours = new URL(url);
    ours.pathname = `/${name}`;
    await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    const connect = (): Promise<DataSource> =>
      new DataSource({ ...tables, type: 'mysql', url: ours.href, timezone: 'Z' }).initialize();
    return BenchDatabase.migrated(connect, () => onServer(`DROP DATABASE ${name}`));
  }

  private static async migrated(
    connect: () => Promise<DataSource>,
    remove: () => Promise<unknown>,
  ): Promise<BenchDatabase> {
    const dataSource = await connect();
    await dataSource.runMigrations();
    return new BenchDatabase(connect, dataSource, remove);
  }

  /** Sees what is committed. */
  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** Begins a transaction on a connection of its own; on SQLite once the one before has ended. */
  async begin(): Promise<BenchTransaction> {
    const isMysql = this.dataSource.options.type === 'mysql';
    const letNextIn = isMysql ? () => undefined : await this.takeTurn();
    try {
      const dataSource = await this.connect();
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction(isMysql ? 'READ COMMITTED' : undefined);
      return new BenchTransaction(dataSource, runner, letNextIn);
    } catch (error) {
      letNextIn();
      throw error;
    }
  }

  /** Takes the database away. */
  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.remove();
  }

  /** Waits for the transaction before; gives the function that lets the next one begin. */
  private async takeTurn(): Promise<() => void> {
    const before = this.turn;
    const { promise, resolve } = pending();
    this.turn = promise;
    await before;
    return resolve;
  }
}

function pending(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** A transaction of one run, on a connection that ends with it: nothing that comes late is written. */
export class BenchTransaction {
  constructor(
    private readonly dataSource: DataSource,
    private readonly runner: QueryRunner,
    private readonly ended: () => void,
  ) {}

  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** Ends it as a whole, whatever the handler has nested in it. */
  async end(statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    try {
      await this.runner.query(statement);
    } finally {
      await this.runner.release();
      // On SQLite a released runner still writes, and libsql's connection still takes it when closed.
      Object.assign(this.runner, { isReleased: true });
      await this.dataSource.destroy();
      this.ended();
    }
  }
}
