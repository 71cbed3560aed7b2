import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import {
  SqlDatabase,
  type SqlRow,
  type SqlSession,
  toSqlTime,
} from '../../platform/database/sql-database.js';
import { SecretsKey } from '../../platform/secrets/secrets-key.js';
import { MOST_ACTIVE_SECRETS, type RevealState, type SecretPurpose } from '../domain/source-secret.js';
import { type LockedSource, lockedSource } from './locked-source.js';
import { decryptWithAny, encryptSecret, type SecretOwner } from './secret-cipher.js';
import { SourceSecretEntity } from './source-secret.entity.js';

const ACTIVE = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)';

/** A secret that is to be kept. */
export interface NewSecret extends SecretOwner {
  readonly value: string;
  /** Whether the provider has brought it for a person to copy, who may be shown it once. Default: false. */
  readonly isToBeCopied?: boolean;
}

/** Nothing was added: there is no such source, or it has as many active secrets for that purpose as it may have. */
export type NotAdded = 'NO_SOURCE' | 'TOO_MANY';

/**
 * Nothing was revealed: the source has no such secret that is not revoked; it is not one that a person has to copy; somebody was shown it
 * already; it has verified something; it does not count any more.
 */
export type NotRevealed = 'NO_SECRET' | 'NOT_TO_BE_COPIED' | 'SHOWN' | 'USED' | 'EXPIRED';

/** None of this process's keys opens a secret. */
export class SecretUnreadableError extends Error {
  override readonly name = 'SecretUnreadableError';
}

/** A source has a secret with the same value for the same purpose, and that one is active. */
export class SecretExistsError extends Error {
  override readonly name = 'SecretExistsError';

  constructor(readonly id: string) {
    super(`there is this secret already: ${id}`);
  }
}

/** The sources' secrets as the database has them. */
@Injectable()
export class SecretStore {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(SecretsKey) private readonly secretsKey: SecretsKey,
  ) {}

  /** All that are active at a time, newest first. */
  active(now: Date): Promise<SourceSecretEntity[]> {
    return this.dataSource
      .getRepository(SourceSecretEntity)
      .createQueryBuilder('secret')
      .where('secret.revokedAt IS NULL')
      .andWhere('(secret.expiresAt IS NULL OR secret.expiresAt > :now)', { now: toSqlTime(now) })
      .orderBy('secret.id', 'DESC')
      .getMany();
  }

  /** All that a source has or had, newest first. */
  list(source: string): Promise<SourceSecretEntity[]> {
    return this.dataSource
      .getRepository(SourceSecretEntity)
      .find({ where: { source }, order: { id: 'DESC' } });
  }

  /**
   * Adds a secret in a transaction.
   * @throws SecretsKeyReplacedError when this process has not got the key that secrets are encrypted with now
   */
  async insert(session: SqlSession, secret: NewSecret, now: Date): Promise<SourceSecretEntity> {
    const key = await this.secretsKey.forWriting(session, this.database.dialect);
    const { source, purpose, isToBeCopied = false } = secret;
    const id = uuidV7({ msecs: now.getTime() });
    const value = encryptSecret(secret.value, secret, key);
    const reveal = isToBeCopied ? ('ONCE' satisfies RevealState) : null;
    await session.run(
      'INSERT INTO source_secrets (id, source, purpose, value, created_at, reveal) VALUES (?, ?, ?, ?, ?, ?)',
      [id, source, purpose, value, toSqlTime(now), reveal],
    );
    const times = { createdAt: now, lastUsedAt: null, expiresAt: null, revokedAt: null };
    return Object.assign(new SourceSecretEntity(), { id, source, purpose, value, ...times, reveal });
  }

  /**
   * Adds a secret to a source; its older active ones for the purpose expire after the overlap, where they do not do so before.
   * @param check throws where the source, as it is by then, cannot have the secret; default: it can
   * @throws SecretExistsError when an active one has the same value, as far as they decrypt: revoked, it would go on counting as the other
   * @throws SecretsKeyReplacedError as {@link insert}
   */
  async add(
    secret: NewSecret,
    overlapMs: number,
    now: Date,
    check?: (source: LockedSource) => void,
  ): Promise<SourceSecretEntity | NotAdded> {
    const { source, purpose } = secret;
    const end = toSqlTime(new Date(now.getTime() + overlapMs));
    return this.database.transaction(async (session) => {
      const locked = await this.lock(session, source);
      if (!locked) return 'NO_SOURCE';
      check?.(locked);
      const active = await activeRows(session, secret, now);
      const keys = await this.secretsKey.all();
      for (const { id, value } of active) {
        if (decryptWithAny(value, secret, keys) === secret.value) throw new SecretExistsError(id);
      }
      if (overlapMs > 0 && active.length >= MOST_ACTIVE_SECRETS) return 'TOO_MANY';
      await session.run(
        `UPDATE source_secrets SET expires_at = ? WHERE source = ? AND purpose = ? AND ${ACTIVE}`,
        [end, source, purpose, end],
      );
      return this.insert(session, secret, now);
    });
  }

  /**
   * Adds a secret to a source that has never had one for the purpose; null where it has, or there is no such source.
   * @throws SecretsKeyReplacedError as {@link insert}
   */
  async addFirst(secret: NewSecret, now: Date): Promise<SourceSecretEntity | null> {
    return this.database.transaction(async (session) => {
      // Before anything is locked: anybody may ask, and most who do are too late.
      if (await hasHad(session, secret)) return null;
      const isFirst = (await this.lock(session, secret.source)) && !(await hasHad(session, secret));
      return isFirst ? this.insert(session, secret, now) : null;
    });
  }

  /** Revokes a source's secret, of which only the record stays; null where there is none that is not revoked. */
  async revoke(source: string, id: string, now: Date): Promise<SourceSecretEntity | null> {
    const revoked = await this.database.transaction((session) =>
      session.run(
        'UPDATE source_secrets SET revoked_at = ?, value = NULL WHERE id = ? AND source = ? AND revoked_at IS NULL',
        [toSqlTime(now), id, source],
      ),
    );
    return revoked === 0 ? null : this.dataSource.getRepository(SourceSecretEntity).findOneBy({ id });
  }

  /**
   * The value of a source's secret that a person has to copy: to the first who asks, and until it has verified something.
   * @throws SecretUnreadableError when no key of this process opens it; then the next one who asks is the first
   * @throws SecretsKeyReplacedError as {@link insert}
   */
  async reveal(source: string, id: string, now: Date): Promise<{ readonly value: string } | NotRevealed> {
    return this.database.transaction(async (session) => {
      // Also so that this process has the key that it may have been encrypted anew with.
      await this.secretsKey.forWriting(session, this.database.dialect);
      const taken = await session.run(
        `UPDATE source_secrets SET reveal = 'DONE'
         WHERE id = ? AND source = ? AND reveal = 'ONCE' AND last_used_at IS NULL AND ${ACTIVE}`,
        [id, source, toSqlTime(now)],
      );
      const [row] = await session.all(
        'SELECT purpose, value, reveal, last_used_at FROM source_secrets WHERE id = ? AND source = ? AND revoked_at IS NULL',
        [id, source],
      );
      if (!row) return 'NO_SECRET';
      if (taken === 0) return whyNotRevealed(row);
      const owner = { source, purpose: row['purpose'] as SecretPurpose };
      const value = decryptWithAny(row['value'] as string, owner, await this.secretsKey.all());
      if (value === null) throw new SecretUnreadableError(`no key of this process opens the secret ${id}`);
      return { value };
    });
  }

  /** Writes down when secrets were last used, where nobody has written a later time. */
  async used(uses: ReadonlyMap<string, Date>): Promise<void> {
    // One order for everyone, so that two processes cannot deadlock.
    const sorted = [...uses].toSorted(([one], [other]) => (one < other ? -1 : 1));
    await this.database.transaction(async (session) => {
      for (const [id, at] of sorted) {
        await session.run(
          'UPDATE source_secrets SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)',
          [toSqlTime(at), id, toSqlTime(at)],
        );
      }
    });
  }

  /**
   * Locks out every other writer of secrets, so that two cannot both add the last one, or the first, and whoever changes what the source is;
   * null where there is no such source.
   */
  private async lock(session: SqlSession, source: string): Promise<LockedSource | null> {
    await this.secretsKey.forWriting(session, this.database.dialect);
    return lockedSource(session, this.database.dialect, source);
  }
}

/** Why a secret that is not revoked could not be revealed. */
function whyNotRevealed({ reveal, last_used_at: usedAt }: SqlRow): NotRevealed {
  if (reveal === null) return 'NOT_TO_BE_COPIED';
  if (reveal === 'DONE') return 'SHOWN';
  return usedAt === null ? 'EXPIRED' : 'USED';
}

/** Whether a source has a secret for the purpose, or had one that is expired or revoked by now. */
async function hasHad(session: SqlSession, { source, purpose }: SecretOwner): Promise<boolean> {
  const rows = await session.all('SELECT id FROM source_secrets WHERE source = ? AND purpose = ? LIMIT 1', [
    source,
    purpose,
  ]);
  return rows.length > 0;
}

/** What of a source's secrets for a purpose is active, as the transaction sees it. */
async function activeRows(
  session: SqlSession,
  { source, purpose }: SecretOwner,
  now: Date,
): Promise<{ readonly id: string; readonly value: string }[]> {
  const rows = await session.all(
    `SELECT id, value FROM source_secrets WHERE source = ? AND purpose = ? AND ${ACTIVE}`,
    [source, purpose, toSqlTime(now)],
  );
  return rows as { id: string; value: string }[];
}
