import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ProviderDefinition } from 'hookwell/handler-kit';
import { secretProblem, type SignatureScheme } from 'hookwell/signatures';
import { DataSource } from 'typeorm';
import { Clock } from '../../platform/clock.js';
import { within } from '../../platform/deadline.js';
import { KeptFresh } from '../../platform/kept-fresh.js';
import { SecretsKey } from '../../platform/secrets/secrets-key.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { activeSecrets, type SourceSecret, type SourceSecrets } from '../domain/source-secret.js';
import type { Source } from '../domain/verified-webhook.js';
import { decryptWithAny } from '../infrastructure/secret-cipher.js';
import { SecretStore } from '../infrastructure/secret-store.js';
import type { SourceSecretEntity } from '../infrastructure/source-secret.entity.js';
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

/** What of a source says what its provider is. */
type DefinedSource = Pick<SourceEntity, 'name' | 'provider' | 'custom'>;
type SecretsBySource = (source: string) => SourceSecrets;

/**
 * The configured senders, kept in memory for the hot path and read anew four times a second, so that every process sees a change, a
 * revoked secret say, within a second. While the database is away the last known ones stay. One that cannot be read is no harm to the
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

  /** Reads what this process has changed; resolves also where that fails. */
  refresh(): Promise<void> {
    return this.fresh.refreshOrWarn();
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

  /** What the provider of a source is, or what keeps this process from knowing it. */
  definitionOf(source: DefinedSource): ProviderDefinition | string {
    return this.definitions.of(source);
  }

  /**
   * Which of a source's active secrets verify by its scheme as it is, and could not by another; their ids, newest first. One that does not
   * decrypt is not told of.
   */
  async secretsLostBy(source: DefinedSource, scheme: SignatureScheme): Promise<string[]> {
    const before = this.definitionOf(source);
    return (await this.signingSecretsOf(source.name))
      .filter(({ value }) => typeof before === 'string' || secretProblem(before.scheme, value) === null)
      .filter(({ value }) => secretProblem(scheme, value) !== null)
      .map(({ id }) => id);
  }

  /** What a source's signatures are verified with now, read anew, newest first; without what does not decrypt. */
  async signingSecretsOf(name: string): Promise<SourceSecret[]> {
    const [, secretsOf] = await this.read();
    return activeSecrets(secretsOf(name), 'signature', this.clock.now());
  }

  /** A source's secrets, also those that are expired or revoked, newest first. */
  secretsOf(name: string): Promise<SourceSecretEntity[]> {
    return this.store.list(name);
  }

  /** The values of all secrets that a source has, also of those that have expired; without those that do not decrypt. */
  async valuesOf({ name, secrets }: Source): Promise<string[]> {
    const keys = await this.secretsKey.all();
    const stored = await this.store.list(name);
    const values = stored.map((secret) => decryptWithAny(secret.value ?? '', secret, keys));
    // Those in memory may be encrypted anew by now, with a key that this process has not got.
    return [...secrets.map(({ value }) => value), ...values.filter((value) => value !== null)];
  }

  /** Whether a source's secret counts, and no key of this process decrypts it; from memory. */
  isUnopened({ source, id, revokedAt }: SourceSecretEntity): boolean {
    const unopened = this.byName.get(source)?.unopened ?? [];
    return revokedAt === null && unopened.some((secret) => secret.id === id);
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
