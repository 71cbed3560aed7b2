import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { ConfigurationError } from '../config/config.js';

interface LockDatabase {
  exec(sql: string): void;
  close(): void;
}
const Libsql = createRequire(import.meta.url)('libsql') as new (file: string) => LockDatabase;

/**
 * Keeps a second process off the embedded database: it would take the events in hand away from the first. The claim is a lock
 * that SQLite holds on a file beside the database, so the operating system takes it back however the process ends.
 */
export class FileClaim {
  private readonly lock: LockDatabase;

  /** @throws ConfigurationError when the file cannot be made or another process has claimed it */
  constructor(databaseFile: string) {
    const file = `${databaseFile}.lock`;
    try {
      mkdirSync(dirname(file), { recursive: true });
      this.lock = new Libsql(file);
      this.lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      throw new ConfigurationError(
        code === 'SQLITE_BUSY'
          ? `another Hookwell process uses ${databaseFile}; stop it, or set DATA_DIR to another folder`
          : `the database does not open: ${message}; check that DATA_DIR can be written to`,
      );
    }
  }

  release(): void {
    this.lock.close();
  }
}
