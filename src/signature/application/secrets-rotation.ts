import { setTimeout as delay } from 'node:timers/promises';
import type { SqlDatabase, SqlRow, SqlSession } from '../../platform/database/sql-database.js';
import { lockedFingerprint, moveFingerprint } from '../../platform/secrets/secrets-key.js';
import {
  decryptSecret,
  decryptWithAny,
  encryptSecret,
  type SecretOwner,
} from '../infrastructure/secret-cipher.js';

/** Secrets that one transaction encrypts anew, so that none is long. */
const STEP = 50;
/** Milliseconds between two of them. SQLite has one writer at a time: those who accept events have to come in between. */
const PAUSE_MS = 20;

/** A stored secret that none of the given keys opens. */
export interface Unopened extends SecretOwner {
  readonly id: string;
}

/** There are secrets that none of the given keys opens, so that the installation still needs another one. */
export class UnopenedSecretsError extends Error {
  override readonly name = 'UnopenedSecretsError';

  constructor(readonly secrets: readonly Unopened[]) {
    super(`${secrets.length} secrets do not decrypt`);
  }
}

type StoredSecret = Unopened & { readonly value: string };

/**
 * Encrypts all stored secrets anew while everybody else goes on. Whoever writes one meanwhile does so under the key from before, and the
 * last transaction takes those along and has all write under the next key from then on. Cut off anywhere, it is run again.
 */
export class SecretsRotation {
  private readonly unopened: Unopened[] = [];
  private count = 0;

  /**
   * @param next the key to encrypt with, 32 bytes
   * @param others those that secrets may be encrypted with now
   * @param progress is told after each step how many were encrypted anew so far
   */
  constructor(
    private readonly database: SqlDatabase,
    private readonly next: Buffer,
    private readonly others: readonly Buffer[],
    private readonly progress: (count: number) => void,
  ) {}

  /**
   * Resolves with how many were encrypted anew, once all are and the next key is the one to write with.
   * @throws UnopenedSecretsError when some cannot be; the others are, and the key to write with is as before
   */
  async run(): Promise<number> {
    for (let after: string | null = ''; after !== null;) {
      after = await this.step(after);
      this.progress(this.count);
      await delay(PAUSE_MS);
    }
    if (this.unopened.length > 0) throw new UnopenedSecretsError(this.unopened);
    const late = await this.database.transaction(async (session) => {
      await lockedFingerprint(session, this.database.dialect);
      const stored = await this.stored(session, '', '');
      const opened = await this.encryptAnew(session, stored);
      if (opened.unopened.length > 0) throw new UnopenedSecretsError(opened.unopened);
      await moveFingerprint(session, this.next);
      return opened.count;
    });
    return this.count + late;
  }

  /** Takes some secrets behind an id, and gives the id to go on behind; null behind the last one. */
  private async step(after: string): Promise<string | null> {
    const { last, count, unopened } = await this.database.transaction(async (session) => {
      const stored = await this.stored(session, after, `LIMIT ${STEP}`);
      return { last: stored.at(-1)?.id ?? null, ...(await this.encryptAnew(session, stored)) };
    });
    this.count += count;
    this.unopened.push(...unopened);
    return last;
  }

  private async stored(session: SqlSession, after: string, limit: string): Promise<StoredSecret[]> {
    const rows = await session.all(
      `SELECT id, source, purpose, value FROM source_secrets
       WHERE id > ? AND value IS NOT NULL ORDER BY id ${limit} ${this.database.dialect.lock}`,
      [after],
    );
    return rows.map((row: SqlRow) => row as unknown as StoredSecret);
  }

  private async encryptAnew(
    session: SqlSession,
    stored: readonly StoredSecret[],
  ): Promise<{ count: number; unopened: Unopened[] }> {
    const old = stored.filter((secret) => decryptSecret(secret.value, secret, this.next) === null);
    const unopened: Unopened[] = [];
    for (const secret of old) {
      const value = decryptWithAny(secret.value, secret, this.others);
      if (value === null) unopened.push(secret);
      else {
        await session.run('UPDATE source_secrets SET value = ? WHERE id = ?', [
          encryptSecret(value, secret, this.next),
          secret.id,
        ]);
      }
    }
    return { count: old.length - unopened.length, unopened };
  }
}
