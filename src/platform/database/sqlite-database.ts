import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import { refuseOnceOver, seal } from './handler-transactions.js';
import { TurnTaker } from './turn-taker.js';
import {
  type OpenTransaction,
  SqlDatabase,
  type SqlDialect,
  type SqlRow,
  type SqlSession,
  type SqlValue,
} from './sql-database.js';

/** Long enough for a handler's statements, and short enough that nobody who waits to be accepted has to give up. */
const LONGEST_TRANSACTION_MS = 1000;
const BUSY_MS = 5000;
const BUSY_PAUSE_MS = 1;

/** Parameters go in one array: a lone Buffer would be taken for an object of named ones. */
interface Statement {
  run(parameters: readonly SqlValue[]): { changes: number };
  all(parameters: readonly SqlValue[]): Record<string, unknown>[];
}

interface SqliteConnection {
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): void;
}

/**
 * The embedded database. SQLite has one writer at a time, so all that writes goes through one connection, each transaction
 * in its turn. Whoever reads does so on the application's other connection and sees only what is committed.
 */
export class SqliteDatabase extends SqlDatabase {
  readonly dialect: SqlDialect = {
    onTakenKey: (key) => `ON CONFLICT (${key}) DO UPDATE SET`,
    inserted: (column) => `excluded.${column}`,
    repeatsShowInCount: false,
    lockSkippingLocked: '',
    lock: '',
    deleteByKey: (table) => `DELETE FROM ${table}`,
    byIndex: (index) => (index === 'PRIMARY' ? '' : `INDEXED BY ${index}`),
  };

  readonly longestTransactionMs = LONGEST_TRANSACTION_MS;
  readonly exclusive = true;
  /** SQLITE_MAX_LENGTH, https://sqlite.org/limits.html */
  readonly largestValue = 1_000_000_000;

  private readonly driver: BetterSqlite3Driver;
  private readonly connection: SqliteConnection;
  private readonly statements = new Map<string, Statement>();
  private readonly turns = new TurnTaker(['core', 'handler']);

  /** @param writer the connection that writes, used by nothing else */
  constructor(private readonly writer: DataSource) {
    super();
    this.driver = writer.driver as BetterSqlite3Driver;
    this.connection = this.driver.databaseConnection as SqliteConnection;
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const release = await this.begin('core');
    try {
      const result = await work(this.session);
      this.connection.exec('COMMIT');
      return result;
    } finally {
      release();
    }
  }

  async open(): Promise<OpenTransaction> {
    const release = await this.begin('handler');
    // The driver has one runner for everybody; a transaction needs one that ends with it.
    const runner = new BetterSqlite3QueryRunner(this.driver);
    const manager = this.writer.createEntityManager(runner);
    // It has begun, so what the handler nests in it becomes a savepoint.
    Object.assign(runner, { manager, isTransactionActive: true, transactionDepth: 1 });
    // SQLite ends it by itself when the disk is full, say: https://sqlite.org/lang_transaction.html
    refuseOnceOver(runner, () => !this.connection.inTransaction);
    const end = async (statement: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
      await seal(runner);
      try {
        this.connection.exec(statement);
      } finally {
        release();
      }
    };
    return {
      manager,
      session: {
        run: async (sql, parameters) => this.session.run(this.inside(sql), parameters),
        all: async (sql, parameters) => this.session.all(this.inside(sql), parameters),
      },
      commit: () => end('COMMIT'),
      rollback: () => end('ROLLBACK'),
    };
  }

  /** https://sqlite.org/rescode.html */
  isFaultOfData(error: unknown): boolean {
    const { code = '' } = error as { code?: string };
    return error instanceof TypeError || /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH)/.test(code);
  }

  isAnswer(): boolean {
    return true;
  }

  /** In its turn: who cannot write cannot accept. */
  async ping(): Promise<void> {
    await this.transaction((session) => session.all('SELECT 1', []));
  }

  async close(): Promise<void> {
    await this.writer.destroy();
  }

  private readonly session: SqlSession = {
    run: (sql, parameters) => Promise.resolve(this.prepare(sql).run(parameters).changes),
    all: (sql, parameters) => Promise.resolve(this.prepare(sql).all(parameters).map(withBuffers)),
  };

  /** @throws Error when the transaction is over, and the statement would be committed by itself */
  private inside(sql: string): string {
    if (!this.connection.inTransaction) throw new Error('the transaction was rolled back by SQLite');
    return sql;
  }

  private prepare(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.connection.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  /** Waits for its turn and begins; gives the function that ends what is still open and lets the next one in. */
  private async begin(line: 'core' | 'handler'): Promise<() => void> {
    const letNextIn = await this.turns.wait(line);
    const release = (): void => {
      try {
        if (this.connection.inTransaction) this.connection.exec('ROLLBACK');
      } finally {
        letNextIn();
      }
    };
    try {
      await this.beginImmediately();
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  /** Somebody else may be writing: a handler past its context, or a person with a tool. */
  private async beginImmediately(): Promise<void> {
    const giveUpAt = Date.now() + BUSY_MS;
    for (;;) {
      try {
        this.connection.exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== 'SQLITE_BUSY' || Date.now() > giveUpAt) throw error;
      }
      await delay(BUSY_PAUSE_MS);
    }
  }
}

/** The driver reads blobs as ArrayBuffer. */
function withBuffers(row: Record<string, unknown>): SqlRow {
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) row[name] = Buffer.from(value);
  }
  return row;
}
