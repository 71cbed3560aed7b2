import type { DataSource } from 'typeorm';

const LOCK = 'hookwell:migrations';
const LOCK_WAIT_SECONDS = 60;
/** New tables get every character, and ids that differ in case only stay different ids. */
const BINARY_TEXT = 'ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

/**
 * Brings the schema up to date. On MySQL under a named lock, so that any number of processes can start together.
 * @throws Error when the lock is not free within a minute or a migration fails
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  if (dataSource.options.type !== 'mysql') {
    await dataSource.runMigrations();
    return;
  }
  const holder = dataSource.createQueryRunner();
  try {
    const [row] = (await holder.query('SELECT GET_LOCK(?, ?) AS locked', [LOCK, LOCK_WAIT_SECONDS])) as {
      locked: unknown;
    }[];
    if (Number(row?.locked) !== 1)
      throw new Error(`another process holds the migration lock for over ${LOCK_WAIT_SECONDS} s`);
    await holder.query(BINARY_TEXT);
    await dataSource.runMigrations();
    await holder.query('SELECT RELEASE_LOCK(?)', [LOCK]);
  } finally {
    await holder.release();
  }
}
