import type { DataSource } from 'typeorm';
import { expect } from 'vitest';
import type { SqlDatabase } from '../../src/platform/database/sql-database.js';

/**
 * Resolves once a statement waits for a lock; on SQLite whoever comes second waits anyway. InnoDB tells the same as before to whoever
 * asks again within 100 ms.
 */
export async function lockWait(
  { exclusive }: Pick<SqlDatabase, 'exclusive'>,
  dataSource: DataSource,
): Promise<void> {
  if (exclusive) return;
  await expect
    .poll(
      () =>
        dataSource.query("SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"),
      { interval: 150, timeout: 10_000 },
    )
    .not.toEqual([]);
}
