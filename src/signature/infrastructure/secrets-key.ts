import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { type AppConfig, ConfigurationError, secretsKey } from '../../platform/config/config.js';
import { keepFirst } from '../../platform/database/keep-first.js';
import { SecretCipher } from './secret-cipher.js';

const FINGERPRINT = 'secrets-key-fingerprint';

/**
 * The cipher of the configured key, or of the key file, which the first start makes.
 * @throws ConfigurationError when the key file holds no key, or the key is another than that of the stored secrets: all
 * processes on one database need one
 */
export async function openCipher(
  config: Pick<AppConfig, 'SECRETS_KEY' | 'DATA_DIR'>,
  dataSource: DataSource,
): Promise<SecretCipher> {
  const file = join(config.DATA_DIR, 'secrets.key');
  const cipher = new SecretCipher(config.SECRETS_KEY ?? keyFromFile(file));
  if ((await keepFirst(dataSource, FINGERPRINT, cipher.fingerprint)) === cipher.fingerprint) return cipher;
  const where = config.SECRETS_KEY ? 'SECRETS_KEY' : `SECRETS_KEY is not set, and the key in ${file}`;
  throw new ConfigurationError(
    `${where} is not the key that the stored secrets were encrypted with; set the same SECRETS_KEY on every machine`,
  );
}

function keyFromFile(file: string): Buffer {
  if (!existsSync(file)) {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  }
  const key = secretsKey(readFileSync(file, 'utf8').trim());
  if (key) return key;
  throw new ConfigurationError(`${file} holds no key: put back the one that it had, or set SECRETS_KEY`);
}
