import 'reflect-metadata';
import { type AppConfig, ConfigurationError, loadConfig } from '../src/platform/config/config.js';
import { createDataSource, isMysql } from '../src/platform/database/data-source.js';
import { MysqlDatabase } from '../src/platform/database/mysql-database.js';
import { SqliteDatabase } from '../src/platform/database/sqlite-database.js';
import { KeyFile } from '../src/platform/secrets/key-file.js';
import { SecretsKey } from '../src/platform/secrets/secrets-key.js';
import { SecretsRotation, UnopenedSecretsError } from '../src/signature/application/secrets-rotation.js';

/** Of those that do not decrypt, so many are named. */
const MOST_NAMED = 10;
const AFTERWARDS = 'SECRETS_KEY_PREVIOUS can go; only backups of the database still need that key';

/** Encrypts the stored secrets with SECRETS_KEY, or with a new key in the key file, beside the running processes. */
async function main(config: AppConfig): Promise<void> {
  const dataSource = await createDataSource(config).initialize();
  try {
    if (await dataSource.showMigrations()) {
      throw new ConfigurationError(
        'start this version of Hookwell once, which brings the database up to date',
      );
    }
    const keys = await new SecretsKey(config, dataSource).all();
    const file = config.SECRETS_KEY === undefined ? new KeyFile(config.DATA_DIR) : null;
    const next = file?.startRotation() ?? config.SECRETS_KEY;
    const count = await rotate(config, next as Buffer, keys);
    file?.endRotation();
    say(`done: ${count} secrets encrypted anew; ${file ? `the new key is in ${file.path}` : AFTERWARDS}`);
  } finally {
    await dataSource.destroy();
  }
}

async function rotate(config: AppConfig, next: Buffer, keys: readonly Buffer[]): Promise<number> {
  const writer = await createDataSource(config).initialize();
  const database = isMysql(config)
    ? await MysqlDatabase.connect(config.DATABASE_URL ?? '', writer)
    : new SqliteDatabase(writer);
  try {
    return await new SecretsRotation(database, next, keys, (count) => {
      say(`${count} secrets encrypted anew so far`);
    }).run();
  } finally {
    await database.close();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line that says what to do. */
function textOf(error: unknown): string {
  if (error instanceof ConfigurationError) return `Configuration: ${error.message}`;
  if (!(error instanceof UnopenedSecretsError)) return String((error as Error).stack);
  const named = error.secrets.slice(0, MOST_NAMED).map(({ id, source }) => `${source} ${id}`);
  const more = error.secrets.length - named.length;
  return [
    `${error.message} with any of the keys: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''};`,
    'add their key to SECRETS_KEY_PREVIOUS or revoke them (DELETE /sources/{name}/secrets/{id}), and run this again;',
    'until then keep SECRETS_KEY_PREVIOUS',
  ].join(' ');
}

async function start(): Promise<void> {
  await main(loadConfig(process.env));
}

start().catch((error: unknown) => {
  process.stderr.write(`${textOf(error)}\n`);
  process.exitCode = 1;
});
