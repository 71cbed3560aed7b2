import {
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import type { DataSource } from 'typeorm';
import {
  type OpenTransaction,
  SqlDatabase,
  type SqlDialect,
  type SqlRow,
  type SqlSession,
  type SqlValue,
} from './sql-database.js';

/** Enough for the batches in flight; handlers have the object mapper's pool, so a slow one cannot starve accepting. */
const CONNECTIONS = 8;

/** MySQL 8.4 and MariaDB from 10.6. */
export class MysqlDatabase extends SqlDatabase {
  readonly dialect: SqlDialect = {
    countRepeat: 'ON DUPLICATE KEY UPDATE times_seen = times_seen + 1, last_seen_at = VALUES(last_seen_at)',
    changesPerRepeat: 2,
    lockSkippingLocked: 'FOR UPDATE SKIP LOCKED',
    lock: 'FOR UPDATE',
  };

  private readonly pool: Pool;

  constructor(
    url: string,
    private readonly dataSource: DataSource,
  ) {
    super();
    this.pool = createPool({
      uri: url,
      connectionLimit: CONNECTIONS,
      timezone: 'Z',
      connectTimeout: 3000,
      maxPreparedStatements: 200,
    });
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const connection = await this.pool.getConnection();
    try {
      await connection.beginTransaction();
      const result = await work(sessionOn(connection));
      await connection.commit();
      connection.release();
      return result;
    } catch (error) {
      await connection.rollback().then(
        () => {
          connection.release();
        },
        () => {
          connection.destroy();
        },
      );
      throw error;
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
    await this.pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

function sessionOn(connection: PoolConnection): SqlSession {
  return {
    run: async (sql, parameters) => {
      const [header] = await connection.execute<ResultSetHeader>(sql, [...parameters]);
      return header.affectedRows;
    },
    all: async (sql, parameters) => {
      const [rows] = await connection.execute<RowDataPacket[]>(sql, [...parameters]);
      return rows;
    },
  };
}
