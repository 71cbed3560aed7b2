import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { KeptSecret, ProviderDefinition } from 'hookwell/handler-kit';
import { secretProblem, type SignatureScheme } from 'hookwell/signatures';
import { DataSource } from 'typeorm';
import { Clock } from '../../platform/clock.js';
import { SqlDatabase, type SqlSession, toSqlTime } from '../../platform/database/sql-database.js';
import { within } from '../../platform/deadline.js';
import { KeptFresh } from '../../platform/kept-fresh.js';
import { SecretsKey } from '../../platform/secrets/secrets-key.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { type AccessRules, accessRulesOf, changedRules } from '../domain/access.js';
import type { Custom } from '../domain/own/own-provider.js';
import { activeSecrets, type SecretPurpose, type SourceSecrets } from '../domain/source-secret.js';
import type { Source } from '../domain/verified-webhook.js';
import { type NotAdded, type NotRevealed, SecretStore } from '../infrastructure/secret-store.js';
import { SourceSecretEntity } from '../infrastructure/source-secret.entity.js';
import { SourceEntity } from '../infrastructure/source.entity.js';
import { AccessOfSources } from './access-of-sources.js';
import { Definitions } from './definitions.js';
import { OpenedSecrets } from './opened-secrets.js';

/** Every process has to see a change within a second, and a reading takes its time too. */
const REFRESH_MS = 250;
/** A reading that takes longer is given up, and what it brings later is not used. */
const READ_MS = 3000;

/** A configured sender that this process cannot verify, which is ours to mend and not the sender's fault. */
export interface UnreadableSource {
  readonly name: string;
  readonly enabled: boolean;
  readonly unopened: SourceSecrets['unopened'];
  /** What keeps it from being read. */
  readonly problem: string;
}

type SecretsBySource = (source: string) => SourceSecrets;

/** What of a source is to be changed; what is left out stays as it is. */
export interface SourceChange {
  readonly enabled?: boolean | undefined;
  readonly access?: Partial<AccessRules> | undefined;
  /** What its provider is, where that is an own one. */
  readonly custom?: Custom | undefined;
}

/** A source with this name exists. */
export class SourceExistsError extends Error {
  override readonly name = 'SourceExistsError';
}

/** A change would have to be joined with access rules that cannot be read. */
export class UnreadableRulesError extends Error {
  override readonly name = 'UnreadableRulesError';
}

/** A secret was not added to a source. */
export class NotAddedError extends Error {
  override readonly name = 'NotAddedError';

  constructor(readonly why: NotAdded) {
    super(why);
  }
}

/** A secret was not revealed. */
export class NotRevealedError extends Error {
  override readonly name = 'NotRevealedError';

  constructor(readonly why: NotRevealed) {
    super(why);
  }
}

/**
 * The configured senders, kept in memory for the hot path and read anew four times a second, so that every process sees a change, a
 * revoked secret say, within a second, and the one that made it at once. While the database is away the last known ones stay. One that cannot be read is no harm to the
 * others, nor is a secret that does not decrypt.
 */
@Injectable()
export class Sources implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Sources.name);
  private byName: ReadonlyMap<string, Source | UnreadableSource> = new Map();
  private readonly secrets = new OpenedSecrets();
  private readonly definitions: Definitions;
  private readonly access = new AccessOfSources();
  private readonly fresh = new KeptFresh(
    REFRESH_MS,
    async () => {
      this.keep(...(await within(READ_MS, this.read())));
    },
    (message) => {
      this.logger.warn(`sources not read: ${message}`);
    },
  );

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(ProviderCatalog) catalog: ProviderCatalog,
    @Inject(SecretStore) private readonly store: SecretStore,
    @Inject(SecretsKey) private readonly secretsKey: SecretsKey,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    this.definitions = new Definitions(catalog);
  }

  async onApplicationBootstrap(): Promise<void> {
    // Without having read them once it would answer 404 to senders that there are.
    await this.fresh.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.fresh.stop();
  }

  /** The source by its exact name, from memory. */
  find(name: string): Source | UnreadableSource | undefined {
    return this.byName.get(name);
  }

  /** All sources, by name. */
  list(): Promise<SourceEntity[]> {
    return this.dataSource.getRepository(SourceEntity).find({ order: { name: 'ASC' } });
  }

  /** The source as it is stored; null where there is none of that name. */
  stored(name: string): Promise<SourceEntity | null> {
    return this.dataSource.getRepository(SourceEntity).findOneBy({ name });
  }

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
          await this.store.insert(session, { source: name, purpose: 'signature', value: secret }, now);
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
   */
  async change(name: string, { enabled, access, custom }: SourceChange): Promise<SourceEntity | null> {
    await this.write(async (session) => {
      const rules = access ? await this.rulesWith(session, name, access) : null;
      await session.run(
        'UPDATE sources SET enabled = COALESCE(?, enabled), access = COALESCE(?, access), custom = COALESCE(?, custom) WHERE name = ?',
        [enabled === undefined ? null : Number(enabled), rules, custom ? JSON.stringify(custom) : null, name],
      );
    });
    return this.stored(name);
  }

  /** What the provider of a source is, or what keeps this process from knowing it. */
  definitionOf(source: Pick<SourceEntity, 'name' | 'provider' | 'custom'>): ProviderDefinition | string {
    return this.definitions.of(source);
  }

  /**
   * Which of a source's active secrets verify by its scheme as it is, and could not by another; their ids, newest first. One that does not
   * decrypt is not told of.
   */
  async secretsLostBy(source: SourceEntity, scheme: SignatureScheme): Promise<string[]> {
    const before = this.definitionOf(source);
    const [, secretsOf] = await this.read();
    return activeSecrets(secretsOf(source.name), 'signature', this.clock.now())
      .filter(({ value }) => typeof before === 'string' || secretProblem(before.scheme, value) === null)
      .filter(({ value }) => secretProblem(scheme, value) !== null)
      .map(({ id }) => id);
  }

  /** A source's secrets, also those that are expired or revoked, newest first. */
  secretsOf(name: string): Promise<SourceSecretEntity[]> {
    return this.store.list(name);
  }

  /** Whether a source's secret counts, and no key of this process decrypts it; from memory. */
  isUnopened({ source, id, revokedAt }: SourceSecretEntity): boolean {
    const unopened = this.byName.get(source)?.unopened ?? [];
    return revokedAt === null && unopened.some((secret) => secret.id === id);
  }

  /**
   * Adds a secret to a source.
   * @param overlapSeconds how long its older ones for the same purpose still count
   * @throws NotAddedError when there is no such source, or it has too many
   * @throws SecretsKeyReplacedError as {@link create}
   */
  async addSecret(
    name: string,
    purpose: SecretPurpose,
    value: string,
    overlapSeconds: number,
  ): Promise<SourceSecretEntity> {
    const secret = { source: name, purpose, value };
    const added = await this.store.add(secret, overlapSeconds * 1000, this.clock.now());
    if (!(added instanceof SourceSecretEntity)) throw new NotAddedError(added);
    await this.fresh.refreshOrWarn();
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
    const added = await this.store.addFirst(secret, this.clock.now());
    await this.fresh.refreshOrWarn();
    return added !== null;
  }

  /**
   * The value of a source's secret that the provider has brought for a person to copy; to one caller alone.
   * @throws NotRevealedError when it is none, or somebody has asked before, or it has verified something
   * @throws SecretUnreadableError when no key of this process opens it
   * @throws SecretsKeyReplacedError as {@link create}
   */
  async revealSecret(name: string, id: string): Promise<string> {
    const revealed = await this.store.reveal(name, id, this.clock.now());
    if (typeof revealed === 'string') throw new NotRevealedError(revealed);
    return revealed.value;
  }

  /** Revokes a source's secret, also its last one; null where it has none with this id that is not revoked. */
  async revokeSecret(name: string, id: string): Promise<SourceSecretEntity | null> {
    const revoked = await this.store.revoke(name, id, this.clock.now());
    await this.fresh.refreshOrWarn();
    return revoked;
  }

  /** A source's rules with a change, as they are stored; locked, so that of two changes at once none is lost. */
  private async rulesWith(session: SqlSession, name: string, change: Partial<AccessRules>): Promise<string> {
    const { lock } = this.database.dialect;
    const [row] = await session.all(`SELECT access FROM sources WHERE name = ? ${lock}`, [name]);
    const rules = changedRules(accessRulesOf((row?.['access'] ?? null) as string | null), change);
    if (!rules) throw new UnreadableRulesError(`the access rules of ${name} cannot be read`);
    return JSON.stringify(rules);
  }

  /** Not through the object mapper: its transactions are the handlers', who may all be slow. */
  private async write(work: (session: SqlSession) => Promise<unknown>): Promise<void> {
    await this.database.transaction(work);
    await this.fresh.refreshOrWarn();
  }

  private async read(): Promise<[SourceEntity[], SecretsBySource]> {
    const keys = await this.secretsKey.all();
    // In this order: a source and its first secret are committed together.
    const entities = await this.list();
    const active = await this.store.active(this.clock.now());
    return [entities, this.secrets.open(active, keys, () => this.secretsKey.now())];
  }

  private keep(entities: readonly SourceEntity[], secretsOf: SecretsBySource): void {
    const sources = entities.map((entity) => this.opened(entity, secretsOf(entity.name)));
    for (const source of sources) {
      const message = complaintOf(source);
      const before = this.byName.get(source.name);
      // Once, and not at every reading.
      if (message === null || (before && complaintOf(before) === message)) continue;
      this.logger.error({ message, source: source.name });
    }
    this.byName = new Map(sources.map((source) => [source.name, source]));
  }

  private opened(entity: SourceEntity, secrets: SourceSecrets): Source | UnreadableSource {
    const { name, enabled } = entity;
    const { unopened } = secrets;
    const definition = this.definitions.of(entity);
    if (typeof definition === 'string') return { name, enabled, unopened, problem: definition };
    const access = this.access.of(entity);
    if (!access) return { name, enabled, unopened, problem: 'its access rules cannot be read' };
    return { name, enabled, definition, ...secrets, access };
  }
}

/** What whoever runs this has to mend of a source; null where nothing is. */
function complaintOf(source: Source | UnreadableSource): string | null {
  if ('problem' in source) return `source not readable, its events are answered 503: ${source.problem}`;
  if (source.unopened.length === 0) return null;
  const ids = source.unopened.map(({ id }) => id).join(', ');
  return `what the other secrets do not verify is answered 503: these do not decrypt with SECRETS_KEY: ${ids}; bring back its key, or revoke them`;
}
