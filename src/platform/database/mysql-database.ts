import { setTimeout as delay } from 'node:timers/promises';
import {
  createPool,
  type Pool,
  type PoolConnection,
  type QueryResult,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2';
import type { DataSource } from 'typeorm';
import { within } from '../deadline.js';
import { refuseOnceOver, seal } from './handler-transactions.js';
import {
  type OpenTransaction,
  SqlDatabase,
  type SqlDialect,
  type SqlRow,
  type SqlSession,
  type SqlValue,
} from './sql-database.js';

/** Room in a packet for the columns beside the longest value. */
const PACKET_OVERHEAD = 512 * 1024;
const DEADLOCK_RETRIES = 10;
/** A server that hangs, or whose machine is gone, sends no error: without a bound a connection would be lost for minutes. */
const TRANSACTION_MS = 10_000;
/** Enough for the batches in flight; handlers have a pool of their own, so a slow one cannot starve accepting. */
const CONNECTIONS = 8;
/** Statements that each connection keeps prepared; the server keeps 16,382 for everyone by default. */
const PREPARED_STATEMENTS = 128;

/** Each transaction sees what is committed by then, and locks rows but no gaps between them, where accepting inserts. */
const SESSION_SETTINGS = ['SET autocommit = 0', 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'];

/**
 * MySQL 8.4 and MariaDB from 10.6. Two things spare the hot path work: its connections do not commit by themselves, so that a
 * transaction begins without a round trip of its own, and it calls the driver's callback face, whose promise face records a
 * stack for each statement.
 */
export class MysqlDatabase extends SqlDatabase {
  readonly longestTransactionMs = null;
  readonly exclusive = false;
  readonly dialect: SqlDialect = {
    onTakenKey: () => 'ON DUPLICATE KEY UPDATE',
    inserted: (column) => `VALUES(${column})`,
    // https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html: 1 for an inserted row, 2 for an updated one.
    repeatsShowInCount: true,
    lockSkippingLocked: 'FOR UPDATE SKIP LOCKED',
    lock: 'FOR UPDATE',
    // The form for several tables: only that one takes a hint in MySQL and in MariaDB.
    deleteByKey: (table) => `DELETE ${table} FROM ${table} FORCE INDEX (PRIMARY)`,
    byIndex: (index) => `FORCE INDEX (${index})`,
  };

  private constructor(
    private readonly pool: Pool,
    private readonly handlers: DataSource,
    readonly largestValue: number,
  ) {
    super();
  }

  /**
   * Opens the hot path's own pool.
   * @param handlers connections for handlers' transactions, used by nothing else
   */
  static async connect(url: string, handlers: DataSource): Promise<MysqlDatabase> {
    const pool = createPool({
      uri: url,
      connectionLimit: CONNECTIONS,
      timezone: 'Z',
      connectTimeout: 3000,
      maxPreparedStatements: PREPARED_STATEMENTS,
    });
    pool.on('connection', (connection) => {
      for (const setting of SESSION_SETTINGS) {
        connection.query(setting, (error) => {
          // Statements would commit one by one on it.
          if (error) connection.destroy();
        });
      }
    });
    const rows = await called<RowDataPacket[]>((done) =>
      pool.query<RowDataPacket[]>('SELECT @@max_allowed_packet AS packet', done),
    );
    return new MysqlDatabase(pool, handlers, Number(rows[0]?.['packet']) - PACKET_OVERHEAD);
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    for (let again = 0; ; again += 1) {
      try {
        return await this.transactionOnce(work);
      } catch (error) {
        if (again >= DEADLOCK_RETRIES || !isDeadlock(error)) throw error;
        // Not at once, and not all together: who was in each other's way would be so again.
        await delay(Math.random() * 2 ** again);
      }
    }
  }

  async open(): Promise<OpenTransaction> {
    const runner = this.handlers.createQueryRunner();
    const connection = (await runner.connect()) as PoolConnection;
    const end = async (statement: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
      await seal(runner);
      try {
        // Not through the runner: inside a nested transaction it would end the innermost alone.
        await within(
          TRANSACTION_MS,
          called<QueryResult>((done) => connection.query(statement, done)),
        );
      } catch (error) {
        // Closing it rolls back, whatever state it is in.
        connection.destroy();
        throw error;
      }
      connection.release();
    };
    try {
      // So that what a handler reads after it has locked a row is the newest there is, whatever it has read before.
      await within(TRANSACTION_MS, runner.startTransaction('READ COMMITTED'));
    } catch (error) {
      connection.destroy();
      throw error;
    }
    // InnoDB rolls back all of it: https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html
    refuseOnceOver(runner, isDeadlock);
    const run = (sql: string, parameters: readonly SqlValue[]): Promise<unknown> =>
      within(TRANSACTION_MS, runner.query(sql, [...parameters]) as Promise<unknown>);
    return {
      manager: runner.manager,
      session: {
        run: async (sql, parameters) => ((await run(sql, parameters)) as ResultSetHeader).affectedRows,
        all: async (sql, parameters) => (await run(sql, parameters)) as SqlRow[],
      },
      commit: () => end('COMMIT'),
      rollback: () => end('ROLLBACK'),
    };
  }

  /** https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html: SQLSTATE 22 is for data, 23 for constraints. */
  isFaultOfData(error: unknown): boolean {
    const { code, sqlState } = error as { code?: string; sqlState?: string };
    return error instanceof TypeError || code === 'ER_NET_PACKET_TOO_LARGE' || /^2[23]/.test(sqlState ?? '');
  }

  /** A server that shuts down or breaks the connection off (SQLSTATE 08) has said nothing. */
  isAnswer(error: unknown): boolean {
    const { sqlState } = error as { sqlState?: string };
    return sqlState !== undefined && !sqlState.startsWith('08');
  }

  async ping(): Promise<void> {
    await this.transaction((session) => session.all('SELECT 1', []));
  }

  async close(): Promise<void> {
    await called((done) => {
      this.pool.end(done);
    });
    await this.handlers.destroy();
  }

  private async transactionOnce<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const connection = await this.connection();
    try {
      const result = await within(TRANSACTION_MS, commitWork(connection, work));
      connection.release();
      return result;
    } catch (error) {
      // Closing it rolls back, whatever state it is in.
      connection.destroy();
      throw error;
    }
  }

  private async connection(): Promise<PoolConnection> {
    const coming = called<PoolConnection>((done) => {
      this.pool.getConnection(done);
    });
    try {
      return await within(TRANSACTION_MS, coming);
    } catch (error) {
      // One that comes late is not lost.
      coming.then((connection) => {
        connection.release();
      }, ignore);
      throw error;
    }
  }
}

async function commitWork<T>(
  connection: PoolConnection,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  const result = await work(sessionOn(connection));
  await called((done) => {
    connection.commit(done);
  });
  return result;
}

function sessionOn(connection: PoolConnection): SqlSession {
  const execute = <T extends QueryResult>(sql: string, parameters: readonly SqlValue[]): Promise<T> =>
    called<T>((done) => connection.execute<T>(sql, [...parameters], done));
  return {
    run: async (sql, parameters) => (await execute<ResultSetHeader>(sql, parameters)).affectedRows,
    all: (sql, parameters) => execute<RowDataPacket[]>(sql, parameters),
  };
}

/** What one call of the driver calls back with, as a promise. */
function called<T = void>(call: (done: (error: Error | null, result?: T) => void) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    call((error, result) => {
      if (error) reject(error);
      else resolve(result as T);
    });
  });
}

function isDeadlock(error: unknown): boolean {
  return (error as { code?: string }).code === 'ER_LOCK_DEADLOCK';
}

function ignore(): void {
  // It was told once already.
}
