import type { DataSource } from 'typeorm';
import { ConfigurationError } from '../config/config.js';

const LOCK = 'hookwell:migrations';
const LOCK_WAIT_SECONDS = 60;
/** New tables take every character, and keep apart what differs in case only. */
const BINARY_TEXT = 'ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

/**
 * Brings the schema up to date. On MySQL under a named lock, so that any number of processes can start together.
 * @throws ConfigurationError when the lock is not free within a minute
 * @throws Error when a migration fails
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  if (dataSource.options.type !== 'mysql') {
    await dataSource.runMigrations();
    return;
  }
  // A connection of its own, for the lock is the connection's and ends with it.
  const guard = dataSource.createQueryRunner();
  try {
    const [row] = (await guard.query('SELECT GET_LOCK(?, ?) AS locked', [LOCK, LOCK_WAIT_SECONDS])) as {
      locked: unknown;
    }[];
    if (Number(row?.locked) !== 1) {
      throw new ConfigurationError(
        `another process has been migrating the database for over ${LOCK_WAIT_SECONDS} s; wait for it, or look for one that hangs`,
      );
    }
    await guard.query(BINARY_TEXT);
    await dataSource.runMigrations();
  } finally {
    await guard.query('SELECT RELEASE_LOCK(?)', [LOCK]).catch(() => undefined);
    await guard.release();
  }
}
