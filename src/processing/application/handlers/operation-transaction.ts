import type { EntityManager } from 'typeorm';
import type { OpenTransaction, SqlDatabase } from '../../../platform/database/sql-database.js';
import { within } from '../../../platform/deadline.js';

/** How long a failed attempt waits for its rollback, which goes on by itself. */
const ROLLBACK_MS = 5000;

/** Something took longer than it may. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The transaction of one attempt, opened when its handler first asks for it. */
export class OperationTransaction {
  private opening: Promise<OpenTransaction> | undefined;
  private limit: NodeJS.Timeout | undefined;
  private ended = false;

  /** @param abort ends the attempt, here where the transaction is open for too long */
  constructor(
    private readonly database: Pick<SqlDatabase, 'open' | 'longestTransactionMs'>,
    private readonly abort: AbortController,
  ) {}

  /**
   * The manager that a handler writes through.
   * @throws what the attempt was aborted with, and an Error once it has ended: nobody would end such a transaction
   */
  async manager(): Promise<EntityManager> {
    this.abort.signal.throwIfAborted();
    if (this.ended) throw new Error('the attempt has ended; await everything that needs its transaction');
    this.opening ??= this.open();
    return (await this.opening).manager;
  }

  get isOpen(): boolean {
    return this.opening !== undefined;
  }

  /** The transaction, where the handler has asked for one; it cannot ask any more. */
  finished(): Promise<OpenTransaction> | undefined {
    this.ended = true;
    return this.opening;
  }

  async commit(): Promise<void> {
    clearTimeout(this.limit);
    await (await this.opening)?.commit();
  }

  /** Never rejects: what cannot be rolled back in words is rolled back by closing its connection. */
  async rollback(): Promise<void> {
    this.ended = true;
    clearTimeout(this.limit);
    const rolledBack = this.opening?.then((transaction) => transaction.rollback());
    await within(ROLLBACK_MS, Promise.resolve(rolledBack)).catch(() => undefined);
  }

  private async open(): Promise<OpenTransaction> {
    const transaction = await this.database.open();
    const { longestTransactionMs } = this.database;
    if (longestTransactionMs !== null && !this.abort.signal.aborted) {
      this.limit = setTimeout(() => {
        const text = `the transaction was open for over ${longestTransactionMs} ms, and SQLite has one writer: do slow work before context.transaction()`;
        this.abort.abort(new TimeoutError(text));
      }, longestTransactionMs);
    }
    return transaction;
  }
}
