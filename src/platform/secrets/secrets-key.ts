import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { APP_CONFIG, type AppConfig, ConfigurationError, secretsKey } from '../config/config.js';
import { keepFirst } from '../database/keep-first.js';

const FINGERPRINT = 'secrets-key-fingerprint';
const KEY_BYTES = 32;

/** The configured key, or that of the key file, which the first start makes. Opened when it is first asked for. */
@Injectable()
export class SecretsKey {
  private opening: Promise<Buffer> | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'SECRETS_KEY' | 'DATA_DIR'>,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  /**
   * The key, 32 bytes.
   * @throws ConfigurationError when the key file holds no key, or the key is another than that of the stored secrets: all
   * processes on one database need one
   */
  get(): Promise<Buffer> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  /**
   * A key for another purpose (RFC 5869), which gives nothing away of this one.
   * @throws ConfigurationError as {@link get}
   */
  async derive(purpose: string): Promise<Buffer> {
    return Buffer.from(hkdfSync('sha256', await this.get(), '', `hookwell ${purpose}`, KEY_BYTES));
  }

  private async open(): Promise<Buffer> {
    const file = join(this.config.DATA_DIR, 'secrets.key');
    const key = this.config.SECRETS_KEY ?? keyFromFile(file);
    const fingerprint = fingerprintOf(key);
    if ((await keepFirst(this.dataSource, FINGERPRINT, fingerprint)) === fingerprint) return key;
    const where = this.config.SECRETS_KEY ? 'SECRETS_KEY' : `SECRETS_KEY is not set, and the key in ${file}`;
    throw new ConfigurationError(
      `${where} is not the key that the stored secrets were encrypted with; set the same SECRETS_KEY on every machine`,
    );
  }
}

/** A text that tells keys apart and gives nothing away of them. */
export function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update('hookwell secrets key\0').update(key).digest('hex').slice(0, 32);
}

function keyFromFile(file: string): Buffer {
  if (!existsSync(file)) {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600 });
  }
  const key = secretsKey(readFileSync(file, 'utf8').trim());
  if (key) return key;
  throw new ConfigurationError(`${file} holds no key: put back the one that it had, or set SECRETS_KEY`);
}
