import {
  createPool,
  type Pool,
  type PoolConnection,
  type QueryResult,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2';
import type { DataSource } from 'typeorm';
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
const DEADLOCK_RETRIES = 3;
const TRANSACTION_MS = 10_000;
/** Enough for the batches in flight; handlers have the object mapper's pool, so a slow one cannot starve accepting. */
const CONNECTIONS = 8;

/**
 * MySQL 8.4 and MariaDB from 10.6. Two things spare the hot path work: its connections do not commit by themselves, so that a
 * transaction begins without a round trip of its own, and it calls the driver's callback face, whose promise face records a
 * stack for each statement.
 */
export class MysqlDatabase extends SqlDatabase {
  readonly exclusive = false;
  readonly dialect: SqlDialect = {
    countRepeat: 'ON DUPLICATE KEY UPDATE times_seen = times_seen + 1, last_seen_at = VALUES(last_seen_at)',
    // https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html: 1 for an inserted row, 2 for an updated one.
    repeatsShowInCount: true,
    lockSkippingLocked: 'FOR UPDATE SKIP LOCKED',
    lock: 'FOR UPDATE',
  };

  private constructor(
    private readonly pool: Pool,
    private readonly dataSource: DataSource,
    readonly largestValue: number,
  ) {
    super();
  }

  /** Opens the hot path's own pool. */
  static async connect(url: string, dataSource: DataSource): Promise<MysqlDatabase> {
    const pool = createPool({
      uri: url,
      connectionLimit: CONNECTIONS,
      timezone: 'Z',
      connectTimeout: 3000,
      maxPreparedStatements: 200,
    });
    pool.on('connection', (connection) => {
      connection.query('SET autocommit = 0', (error) => {
        // Statements would commit one by one on it.
        if (error) connection.destroy();
      });
    });
    const rows = await called<RowDataPacket[]>((done) =>
      pool.query<RowDataPacket[]>('SELECT @@max_allowed_packet AS packet', done),
    );
    return new MysqlDatabase(pool, dataSource, Number(rows[0]?.['packet']) - PACKET_OVERHEAD);
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    for (let again = 0; ; again += 1) {
      try {
        return await this.transactionOnce(work);
      } catch (error) {
        if (again >= DEADLOCK_RETRIES || (error as { code?: string }).code !== 'ER_LOCK_DEADLOCK')
          throw error;
      }
    }
  }

  private async transactionOnce<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const connection = await called<PoolConnection>((done) => {
      this.pool.getConnection(done);
    });
    let timer: NodeJS.Timeout | undefined;
    // A server that hangs, or whose machine is gone, sends no error: without this the connection would be lost for minutes.
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`the database did not finish a transaction within ${TRANSACTION_MS} ms`));
      }, TRANSACTION_MS);
    });
    try {
      const result = await Promise.race([commitWork(connection, work), deadline]);
      connection.release();
      return result;
    } catch (error) {
      // Closing it rolls back, whatever state it is in.
      connection.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async open(): Promise<OpenTransaction> {
    const runner = this.dataSource.createQueryRunner();
    await runner.startTransaction();
    const { manager } = runner;
    const run = async (sql: string, parameters: readonly SqlValue[]): Promise<unknown> =>
      runner.query(sql, [...parameters]);
    return {
      manager,
      session: {
        run: async (sql, parameters) => ((await run(sql, parameters)) as ResultSetHeader).affectedRows,
        all: async (sql, parameters) => (await run(sql, parameters)) as SqlRow[],
      },
      commit: () => runner.commitTransaction().finally(() => runner.release()),
      rollback: () => runner.rollbackTransaction().finally(() => runner.release()),
    };
  }

  async ping(): Promise<void> {
    await called<RowDataPacket[]>((done) => this.pool.query<RowDataPacket[]>('SELECT 1', done));
  }

  async close(): Promise<void> {
    await called((done) => {
      this.pool.end(done);
    });
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
