import type { DataSource } from 'typeorm';
import {
  type OpenTransaction,
  SqlDatabase,
  type SqlDialect,
  type SqlRow,
  type SqlSession,
  type SqlValue,
} from './sql-database.js';

/** Parameters go in one array: a lone Buffer would be taken for an object of named ones. */
interface Statement {
  run(parameters: readonly SqlValue[]): { changes: number };
  all(parameters: readonly SqlValue[]): Record<string, unknown>[];
}

interface SqliteConnection {
  prepare(sql: string): Statement;
  exec(sql: string): void;
}

/** The embedded database: one file, one connection. Every write goes through one lock, for it would join whatever is open. */
export class SqliteDatabase extends SqlDatabase {
  readonly dialect: SqlDialect = {
    countRepeat:
      'ON CONFLICT (digest) DO UPDATE SET times_seen = times_seen + 1, last_seen_at = excluded.last_seen_at',
    repeatsShowInCount: false,
    lockSkippingLocked: '',
    lock: '',
  };

  readonly exclusive = true;
  /** SQLITE_MAX_LENGTH, https://sqlite.org/limits.html */
  readonly largestValue = 1_000_000_000;

  private readonly statements = new Map<string, Statement>();
  private lastInLine: Promise<void> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const release = await this.lock();
    try {
      this.connection.exec('BEGIN IMMEDIATE');
      try {
        const result = await work(this.session);
        this.connection.exec('COMMIT');
        return result;
      } catch (error) {
        this.connection.exec('ROLLBACK');
        throw error;
      }
    } finally {
      release();
    }
  }

  async open(): Promise<OpenTransaction> {
    const release = await this.lock();
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
    } catch (error) {
      release();
      throw error;
    }
    return {
      manager: runner.manager,
      session: this.session,
      commit: () => runner.commitTransaction().finally(release),
      rollback: () => runner.rollbackTransaction().finally(release),
    };
  }

  ping(): Promise<void> {
    this.connection.exec('SELECT 1');
    return Promise.resolve();
  }

  private readonly session: SqlSession = {
    run: (sql, parameters) => Promise.resolve(this.prepare(sql).run(parameters).changes),
    all: (sql, parameters) => Promise.resolve(this.prepare(sql).all(parameters).map(withBuffers)),
  };

  private get connection(): SqliteConnection {
    return (this.dataSource.driver as unknown as { databaseConnection: SqliteConnection }).databaseConnection;
  }

  private prepare(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.connection.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  /** Waits for its turn; gives the function that lets the next one in. */
  private async lock(): Promise<() => void> {
    const before = this.lastInLine;
    let release = (): void => undefined;
    this.lastInLine = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  }
}

/** The driver reads blobs as ArrayBuffer. */
function withBuffers(row: Record<string, unknown>): SqlRow {
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) row[name] = Buffer.from(value);
  }
  return row;
}
