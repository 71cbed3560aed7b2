import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../platform/clock.js';
import { SqlDatabase, type SqlValue, toSqlTime } from '../../platform/database/sql-database.js';
import { within } from '../../platform/deadline.js';
import { KeptFresh } from '../../platform/kept-fresh.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import type { Source } from '../domain/verified-webhook.js';
import { SecretCipher } from '../infrastructure/secret-cipher.js';
import { SourceEntity } from '../infrastructure/source.entity.js';

const REFRESH_MS = 500;
/** A reading that takes longer is given up, and what it brings later is not used. */
const READ_MS = 3000;

/** A configured sender that this process cannot verify, which is ours to mend and not the sender's fault. */
export interface UnreadableSource {
  readonly name: string;
  readonly enabled: boolean;
  /** What keeps it from being read. */
  readonly problem: string;
}

/** A source with this name exists. */
export class SourceExistsError extends Error {
  override readonly name = 'SourceExistsError';
}

/**
 * The configured senders, kept in memory for the hot path and read anew twice a second, so that every process sees a change
 * within a second. While the database is away the last known ones stay, and one that cannot be read is no harm to the others.
 */
@Injectable()
export class Sources implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Sources.name);
  private byName: ReadonlyMap<string, Source | UnreadableSource> = new Map();
  private readonly fresh = new KeptFresh(
    REFRESH_MS,
    async () => {
      this.keep(await within(READ_MS, this.list()));
    },
    (message) => {
      this.logger.warn(`sources not read: ${message}`);
    },
  );

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
    @Inject(SecretCipher) private readonly cipher: SecretCipher,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

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

  /**
   * Adds a source.
   * @throws SourceExistsError when the name is taken
   */
  async create(name: string, provider: string, secret: string): Promise<SourceEntity> {
    const entity = Object.assign(new SourceEntity(), {
      name,
      provider,
      secret: this.cipher.encrypt(secret, name),
      enabled: true,
      createdAt: this.clock.now(),
    });
    const { enabled, createdAt } = entity;
    try {
      await this.write(
        'INSERT INTO sources (name, provider, secret, enabled, created_at) VALUES (?, ?, ?, ?, ?)',
        [name, provider, entity.secret, Number(enabled), toSqlTime(createdAt)],
      );
    } catch (error) {
      // The key decides, also between two who create it at the same time.
      if (!this.database.isFaultOfData(error)) throw error;
      throw new SourceExistsError(`there is a source named ${name} already`);
    }
    return entity;
  }

  /** Enables or disables a source; null where there is none of that name. */
  async setEnabled(name: string, enabled: boolean): Promise<SourceEntity | null> {
    await this.write('UPDATE sources SET enabled = ? WHERE name = ?', [Number(enabled), name]);
    return this.dataSource.getRepository(SourceEntity).findOneBy({ name });
  }

  /** Not through the object mapper: its transactions are the handlers', who may all be slow. */
  private async write(sql: string, parameters: readonly SqlValue[]): Promise<void> {
    await this.database.transaction((session) => session.run(sql, parameters));
    await this.fresh.refreshOrWarn();
  }

  private keep(entities: readonly SourceEntity[]): void {
    const sources = entities.map((entity) => this.opened(entity));
    for (const source of sources) {
      if (!('problem' in source)) continue;
      const { name, problem } = source;
      const before = this.byName.get(name);
      // Once, and not at every reading.
      if (before && 'problem' in before) continue;
      this.logger.error({
        message: `source not readable, its events are answered 503: ${problem}`,
        source: name,
      });
    }
    this.byName = new Map(sources.map((source) => [source.name, source]));
  }

  private opened({ name, provider, enabled, secret }: SourceEntity): Source | UnreadableSource {
    const definition = this.catalog.find(provider);
    if (!definition) return { name, enabled, problem: `there is no provider ${provider} in this process` };
    try {
      return { name, enabled, definition, secrets: [this.cipher.decrypt(secret, name)] };
    } catch {
      return { name, enabled, problem: 'its secret does not decrypt with SECRETS_KEY' };
    }
  }
}
