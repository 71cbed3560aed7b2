import { createRequire } from 'node:module';
import { createConnection, type RowDataPacket } from 'mysql2/promise';

/** Asks a database from outside Hookwell, so that a test need not believe what Hookwell says of itself. */
export type DatabaseReader = <TRow>(sql: string) => Promise<TRow[]>;

interface SqliteFile {
  prepare(sql: string): { all(): unknown[] };
  close(): void;
}
/** How long Hookwell may write meanwhile: a transaction of its own is over in milliseconds. */
const BUSY_MS = 5000;

const Sqlite = createRequire(import.meta.url)('libsql') as new (
  file: string,
  options: { readonly timeout: number },
) => SqliteFile;

/** A connection for each statement, so that a database killed in between is no concern of the next one. */
export function mysqlReader(url: string): DatabaseReader {
  return async <TRow>(sql: string) => {
    const connection = await createConnection({ uri: url, timezone: 'Z' });
    try {
      const [rows] = await connection.query<RowDataPacket[]>(sql);
      return rows as unknown as TRow[];
    } finally {
      connection.destroy();
    }
  };
}

export function sqliteReader(file: string): DatabaseReader {
  return <TRow>(sql: string) => {
    const database = new Sqlite(file, { timeout: BUSY_MS });
    try {
      return Promise.resolve(database.prepare(sql).all() as TRow[]);
    } finally {
      database.close();
    }
  };
}
