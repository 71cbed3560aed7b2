import type { EntityManager } from 'typeorm';

/** A value that both databases take as a statement's parameter. */
export type SqlValue = string | number | Buffer | null;

/** A row as the database's driver returns it; times come back as {@link fromSqlTime} reads them. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Statements that run in one transaction. */
export interface SqlSession {
  /** Runs a statement that changes rows, and tells how many. */
  run(sql: string, parameters: readonly SqlValue[]): Promise<number>;
  /** Runs a statement that reads rows. */
  all(sql: string, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]>;
}

/** The hot path's way to the database: prepared statements without the object mapper (see docs/adr/0002). */
export abstract class SqlDatabase {
  /** SQL that MySQL and SQLite spell differently. Everything else is one text for both. */
  abstract readonly dialect: SqlDialect;
  /** Whether no other process can be using it. */
  abstract readonly exclusive: boolean;
  /** How long a handler may keep its transaction open, in milliseconds; null where that holds up nobody else. */
  abstract readonly longestTransactionMs: number | null;
  /** The longest value that a statement can carry, in bytes. */
  abstract readonly largestValue: number;
  /**
   * Runs work in one transaction: committed when it resolves, rolled back when it rejects. Work that lost a deadlock is run
   * again from its beginning.
   */
  abstract transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** Opens a transaction for a handler, with the object mapper. Ends with exactly one call of commit or rollback. */
  abstract open(): Promise<OpenTransaction>;
  /** Whether a statement was refused for what it carried, and not because the database could not do its work. */
  abstract isFaultOfData(error: unknown): boolean;
  /** Whether an error is the database's own answer, so that what was asked for has not been done; else nobody knows. */
  abstract isAnswer(error: unknown): boolean;
  /** Rejects when the database does not answer. */
  abstract ping(): Promise<void>;
  /** Gives the connections back, once nobody uses them any more. */
  abstract close(): Promise<void>;
}

/** A transaction under way, for work whose end is not in sight. */
export interface OpenTransaction {
  readonly manager: EntityManager;
  readonly session: SqlSession;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** What differs between the databases; the whole list. */
export interface SqlDialect {
  /** Ends an INSERT so that a row whose key is taken is changed instead; what to set comes behind it. */
  readonly onTakenKey: (key: string) => string;
  /** In what is set then, the value that was to be inserted. */
  readonly inserted: (column: string) => string;
  /** Whether `run` reports more rows than were given when {@link onTakenKey} has changed one. */
  readonly repeatsShowInCount: boolean;
  /** Locks what a SELECT reads, passing over what others have locked. */
  readonly lockSkippingLocked: string;
  /** Locks what a SELECT reads. */
  readonly lock: string;
  /**
   * Begins the deletion of rows whose primary key is in a list, or its first column, and locks no others. Left to itself, InnoDB may
   * go through a small table from end to end, and wait for every row that somebody has locked. A condition on another column has to be
   * there too: MariaDB 10.11 passes over the hint where there is none.
   */
  readonly deleteByKey: (table: string) => string;
  /**
   * Follows a table, and its alias, that is to be read by this index and no other, PRIMARY for its key. Left to itself, MySQL goes by what
   * it counted some time ago, when the table may have been small or its rows of another kind, and a locking read waits for all that it goes through.
   */
  readonly byIndex: (index: string) => string;
}

/** A point in time as both databases store it: UTC, with milliseconds. */
export function toSqlTime(time: Date): string {
  return time.toISOString().slice(0, 23).replace('T', ' ');
}

/** Reads a stored time: a Date from MySQL, a text from SQLite. */
export function fromSqlTime(value: unknown): Date | null {
  if (value === null || value === undefined) return null;
  return value instanceof Date ? value : new Date(`${(value as string).replace(' ', 'T')}Z`);
}

/** `(?, ?, ?), (?, ?, ?)` for so many rows of so many columns. */
export function rowPlaceholders(rows: number, columns: number): string {
  const row = `(${Array.from({ length: columns }, () => '?').join(', ')})`;
  return Array.from({ length: rows }, () => row).join(', ');
}

/** An IN list: its placeholders and its values. */
export interface SqlList<T> {
  readonly placeholders: string;
  readonly values: readonly T[];
}

/**
 * The IN list of some values, the last one repeated up to the next size that a batch may have (see NaturalBatcher): a list of every
 * length would be one more text that the server has to keep prepared.
 */
export function sqlList<T extends SqlValue>(values: readonly T[]): SqlList<T> {
  const power = 2 ** Math.ceil(Math.log2(Math.max(1, values.length)));
  const length = power > 2 && values.length <= power * 0.75 ? power * 0.75 : power;
  const padded = Array.from({ length }, (_, index) => values[Math.min(index, values.length - 1)] as T);
  return { placeholders: padded.map(() => '?').join(', '), values: padded };
}
