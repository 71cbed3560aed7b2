import { createHash, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { APP_CONFIG, type AppConfig, ConfigurationError } from '../config/config.js';
import { keepFirst } from '../database/keep-first.js';
import type { SqlDialect, SqlSession } from '../database/sql-database.js';
import { KeyFile } from './key-file.js';

const FINGERPRINT = 'secrets-key-fingerprint';
const KEY_BYTES = 32;

type KeyConfig = Pick<AppConfig, 'SECRETS_KEY' | 'SECRETS_KEY_PREVIOUS' | 'DATA_DIR'>;

/** The installation has moved to a key that this process was not given. */
export class SecretsKeyReplacedError extends Error {
  override readonly name = 'SecretsKeyReplacedError';
}

/**
 * The keys that this process has: SECRETS_KEY, or that of the key file, and while the key is rotated the one before. Opened when they are first asked
 * for. With any of them it reads; it writes with the one whose fingerprint the database keeps, so that processes which were not
 * given the next key yet can read that too.
 */
@Injectable()
export class SecretsKey {
  private opening: Promise<readonly Buffer[]> | undefined;
  private readonly file: KeyFile;

  constructor(
    @Inject(APP_CONFIG) private readonly config: KeyConfig,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {
    this.file = new KeyFile(config.DATA_DIR);
  }

  /**
   * All of them, 32 bytes each, the configured one first.
   * @throws ConfigurationError when the key file holds no key, or none of them is that of the stored secrets: all processes on one
   * database need it
   */
  all(): Promise<readonly Buffer[]> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  /** The keys as they are now, for the key file may have another one since {@link all}; none where it cannot be read. */
  now(): readonly Buffer[] {
    try {
      return this.read();
    } catch {
      return [];
    }
  }

  /**
   * The key to encrypt with in a transaction. Until that ends no rotation does, so none passes over what is written.
   * @throws SecretsKeyReplacedError when a rotation has ended, to a key that this process does not have
   */
  async forWriting(session: SqlSession, dialect: SqlDialect): Promise<Buffer> {
    const fingerprint = await lockedFingerprint(session, dialect);
    const known = keyOf(fingerprint, await this.all());
    if (known) return known;
    // The key file may have another one by now.
    const keys = this.read();
    const key = keyOf(fingerprint, keys);
    if (!key) throw new SecretsKeyReplacedError(`the key ${fingerprint} is not one of this process`);
    this.opening = Promise.resolve(keys);
    return key;
  }

  /**
   * Keys for another purpose (RFC 5869), which give nothing away of these: one of each, in their order.
   * @throws ConfigurationError as {@link all}
   */
  async derive(purpose: string): Promise<readonly Buffer[]> {
    const keys = await this.all();
    return keys.map((key) => Buffer.from(hkdfSync('sha256', key, '', `hookwell ${purpose}`, KEY_BYTES)));
  }

  private async open(): Promise<readonly Buffer[]> {
    const keys = this.read();
    const kept = await keepFirst(this.dataSource, FINGERPRINT, fingerprintOf(keys[0]));
    if (keyOf(kept, keys)) return keys;
    const where = this.config.SECRETS_KEY
      ? 'SECRETS_KEY'
      : `SECRETS_KEY is not set, and the key in ${this.file.path}`;
    throw new ConfigurationError(
      `${where} is not the key that the stored secrets were encrypted with; set the same SECRETS_KEY on every machine, and while it is rotated the one before as SECRETS_KEY_PREVIOUS`,
    );
  }

  private read(): readonly [Buffer, ...Buffer[]] {
    const { SECRETS_KEY, SECRETS_KEY_PREVIOUS } = this.config;
    const current = SECRETS_KEY ? [SECRETS_KEY] : this.file.read();
    return [...current, ...SECRETS_KEY_PREVIOUS] as [Buffer, ...Buffer[]];
  }
}

/** A text that tells keys apart and gives nothing away of them. */
export function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update('hookwell secrets key\0').update(key).digest('hex').slice(0, 32);
}

/** The fingerprint of the key that the installation writes with. Until the transaction ends it stays so. */
export async function lockedFingerprint(session: SqlSession, { lock }: SqlDialect): Promise<string> {
  const [row] = await session.all(`SELECT value FROM settings WHERE name = ? ${lock}`, [FINGERPRINT]);
  return row?.['value'] as string;
}

/** Has the installation write with another key. */
export async function moveFingerprint(session: SqlSession, key: Buffer): Promise<void> {
  await session.run('UPDATE settings SET value = ? WHERE name = ?', [fingerprintOf(key), FINGERPRINT]);
}

function keyOf(fingerprint: string, keys: readonly Buffer[]): Buffer | undefined {
  return keys.find((key) => fingerprintOf(key) === fingerprint);
}
