import { Inject, Injectable } from '@nestjs/common';
import type { KeptSecret } from 'hookwell/handler-kit';
import { Clock } from '../../platform/clock.js';
import { SqlDatabase, type SqlSession, toSqlTime } from '../../platform/database/sql-database.js';
import { type AccessRules, accessRulesOf, changedRules } from '../domain/access.js';
import { signsInAuthorization } from '../domain/authorization-header.js';
import { type Custom, ownProvider } from '../domain/own/own-provider.js';
import { problemFor } from '../domain/secret-problem.js';
import type { SecretPurpose } from '../domain/source-secret.js';
import { type LockedSource, lockedSource } from '../infrastructure/locked-source.js';
import { SecretStore } from '../infrastructure/secret-store.js';
import { SourceSecretEntity } from '../infrastructure/source-secret.entity.js';
import { SourceEntity } from '../infrastructure/source.entity.js';
import {
  AuthorizationTakenError,
  NotAddedError,
  NotRevealedError,
  SecretsLostError,
  SourceExistsError,
  UnfitSecretError,
  UnknownProviderError,
  UnreadableRulesError,
} from './source-errors.js';
import { Sources } from './sources.js';

/** What of a source is to be changed; what is left out stays as it is. */
export interface SourceChange {
  readonly enabled?: boolean | undefined;
  readonly access?: Partial<AccessRules> | undefined;
  /** What its provider is, where that is an own one. */
  readonly custom?: Custom | undefined;
}

/** What changes the configured senders and their secrets. {@link Sources} has read each change before its command is over. */
@Injectable()
export class SourceCommands {
  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(SecretStore) private readonly secrets: SecretStore,
    @Inject(Sources) private readonly sources: Sources,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * Adds a source.
   * @param secret what its provider signs with; left out where that comes later, and until then nothing verifies
   * @throws SourceExistsError when the name is taken
   * @throws SecretsKeyReplacedError when SECRETS_KEY was rotated and this process has not been told
   */
  async create(
    name: string,
    provider: string,
    secret?: string,
    { access, custom }: Omit<SourceChange, 'enabled'> = {},
  ): Promise<SourceEntity> {
    const now = this.clock.now();
    const rules = access ? JSON.stringify(access) : null;
    const description = custom ? JSON.stringify(custom) : null;
    try {
      await this.write(async (session) => {
        if (secret !== undefined) {
          await this.secrets.insert(session, { source: name, purpose: 'signature', value: secret }, now);
        }
        await session.run(
          'INSERT INTO sources (name, provider, enabled, access, custom, created_at) VALUES (?, ?, 1, ?, ?, ?)',
          [name, provider, rules, description, toSqlTime(now)],
        );
      });
    } catch (error) {
      // The key decides, also between two who create it at the same time.
      if (!this.database.isFaultOfData(error)) throw error;
      throw new SourceExistsError(`there is a source named ${name} already`);
    }
    const stored = { name, provider, enabled: true, access: rules, custom: description, createdAt: now };
    return Object.assign(new SourceEntity(), stored);
  }

  /**
   * Changes a source, by one write; null where there is none of that name.
   * @throws UnreadableRulesError when its access rules cannot be read, and the change says some of them and not all
   * @throws AuthorizationTakenError
   * @throws SecretsLostError when an active secret could not be read by what its provider is to be
   */
  async change(name: string, { enabled, access, custom }: SourceChange): Promise<SourceEntity | null> {
    await this.write(async (session) => {
      // First of all: of two changes at once none is lost, and no secret comes in between the check and the write.
      const source = access || custom ? await lockedSource(session, this.database.dialect, name) : null;
      if (source && custom) await this.checkSecrets(source, custom);
      const rules = source && access ? rulesWith(source, access) : null;
      if (source && (custom || access?.basicAuth)) await this.checkAuthorization(source, rules, custom);
      await session.run(
        'UPDATE sources SET enabled = COALESCE(?, enabled), access = COALESCE(?, access), custom = COALESCE(?, custom) WHERE name = ?',
        [enabled === undefined ? null : Number(enabled), rules, custom ? JSON.stringify(custom) : null, name],
      );
    });
    return this.sources.stored(name);
  }

  /**
   * Adds a secret to a source.
   * @param overlapSeconds how long its older ones for the same purpose still count
   * @throws NotAddedError when there is no such source, or it has too many
   * @throws SecretExistsError when it has the same one already, and that one is active
   * @throws UnfitSecretError when it can be no secret of the source as it is
   * @throws AuthorizationTakenError when it is shown in the header that the source asks for basic credentials in
   * @throws UnknownProviderError
   * @throws SecretsKeyReplacedError as {@link create}
   */
  async addSecret(
    name: string,
    purpose: SecretPurpose,
    value: string,
    overlapSeconds: number,
  ): Promise<SourceSecretEntity> {
    const secret = { source: name, purpose, value };
    const added = await this.secrets.add(secret, overlapSeconds * 1000, this.clock.now(), (source) => {
      const definition = this.sources.definitionOf(source);
      if (typeof definition === 'string') throw new UnknownProviderError(source.provider);
      const problem = problemFor(purpose, value, definition.scheme);
      if (problem !== null) throw new UnfitSecretError(problem);
      const asksForBasic = purpose === 'signature' && accessRulesOf(source.access)?.basicAuth === true;
      if (asksForBasic && signsInAuthorization(definition.scheme, [value])) {
        throw new AuthorizationTakenError(`a secret of ${name} would be shown in the authorization header`);
      }
    });
    if (!(added instanceof SourceSecretEntity)) throw new NotAddedError(added);
    await this.sources.refresh();
    return added;
  }

  /**
   * Keeps the secret that a handshake has brought, where the source has never had one: whoever comes later cannot replace it, nor one
   * that was revoked.
   * @returns whether it is kept
   * @throws SecretsKeyReplacedError as {@link create}
   */
  async keepFirstSecret(
    name: string,
    { keepSecret: value, isToBeCopied = false }: KeptSecret,
  ): Promise<boolean> {
    const secret = { source: name, purpose: 'signature', value, isToBeCopied } as const;
    const added = await this.secrets.addFirst(secret, this.clock.now());
    await this.sources.refresh();
    return added !== null;
  }

  /**
   * The value of a source's secret that the provider has brought for a person to copy; to one caller alone.
   * @throws NotRevealedError when it is none, or somebody has asked before, or it has verified something
   * @throws SecretUnreadableError when no key of this process opens it
   * @throws SecretsKeyReplacedError as {@link create}
   */
  async revealSecret(name: string, id: string): Promise<string> {
    const revealed = await this.secrets.reveal(name, id, this.clock.now());
    if (typeof revealed === 'string') throw new NotRevealedError(revealed);
    return revealed.value;
  }

  /** Revokes a source's secret, also its last one; null where it has none with this id that is not revoked. */
  async revokeSecret(name: string, id: string): Promise<SourceSecretEntity | null> {
    const revoked = await this.secrets.revoke(name, id, this.clock.now());
    await this.sources.refresh();
    return revoked;
  }

  /** Read on another connection: while the source is locked, all that was added to it is committed. */
  private async checkSecrets(source: LockedSource, custom: Custom): Promise<void> {
    const lost = await this.sources.secretsLostBy(source, ownProvider(source.provider, custom).scheme);
    if (lost.length > 0) throw new SecretsLostError(lost);
  }

  /** Holds what a source is to be to {@link signsInAuthorization}; its rules where they change, and its provider where that does. */
  private async checkAuthorization(
    source: LockedSource,
    rules: string | null,
    custom?: Custom,
  ): Promise<void> {
    if (!accessRulesOf(rules ?? source.access)?.basicAuth) return;
    const definition = custom ? ownProvider(source.provider, custom) : this.sources.definitionOf(source);
    if (typeof definition === 'string') return;
    const values = (await this.sources.signingSecretsOf(source.name)).map(({ value }) => value);
    if (signsInAuthorization(definition.scheme, values)) {
      throw new AuthorizationTakenError(`${source.name} signs in the authorization header`);
    }
  }

  /** In one transaction, read anew before the command is over. */
  private async write(work: (session: SqlSession) => Promise<unknown>): Promise<void> {
    await this.database.transaction(work);
    await this.sources.refresh();
  }
}

/** A source's rules with a change, as they are stored. */
function rulesWith({ name, access }: LockedSource, change: Partial<AccessRules>): string {
  const rules = changedRules(accessRulesOf(access), change);
  if (!rules) throw new UnreadableRulesError(`the access rules of ${name} cannot be read`);
  return JSON.stringify(rules);
}
