import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../platform/clock.js';
import { SqlDatabase } from '../../platform/database/sql-database.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import type { Source } from '../domain/verified-webhook.js';
import { SecretCipher } from '../infrastructure/secret-cipher.js';
import { SourceEntity } from '../infrastructure/source.entity.js';

const REFRESH_MS = 500;

/** A source with this name exists. */
export class SourceExistsError extends Error {
  override readonly name = 'SourceExistsError';
}

/**
 * The configured senders, kept in memory for the hot path and read anew twice a second, so that every process sees a change
 * within a second. While the database is away the last known ones stay.
 */
@Injectable()
export class Sources implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Sources.name);
  private byName: ReadonlyMap<string, Source> = new Map();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
    @Inject(SecretCipher) private readonly cipher: SecretCipher,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      this.refresh().catch((error: unknown) => {
        this.logger.warn(`sources not read: ${(error as Error).message}`);
      });
    }, REFRESH_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** The source by its exact name, from memory. */
  find(name: string): Source | undefined {
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
    await this.write(async (repository) => {
      if (await repository.existsBy({ name }))
        throw new SourceExistsError(`there is a source named ${name} already`);
      await repository.insert(entity);
    });
    return entity;
  }

  /** Enables or disables a source; null where there is none of that name. */
  async setEnabled(name: string, enabled: boolean): Promise<SourceEntity | null> {
    await this.write(async (repository) => {
      await repository.update({ name }, { enabled });
    });
    return this.dataSource.getRepository(SourceEntity).findOneBy({ name });
  }

  private async write(
    work: (repository: ReturnType<DataSource['getRepository']>) => Promise<void>,
  ): Promise<void> {
    const transaction = await this.database.open();
    try {
      await work(transaction.manager.getRepository(SourceEntity));
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
    await transaction.commit();
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    const entities = await this.list();
    const sources = entities.flatMap((entity): Source[] => {
      const definition = this.catalog.find(entity.provider);
      if (!definition) return [];
      const { name, enabled, secret } = entity;
      return [{ name, enabled, definition, secrets: [this.cipher.decrypt(secret, name)] }];
    });
    this.byName = new Map(sources.map((source) => [source.name, source]));
  }
}
