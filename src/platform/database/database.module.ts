import { Global, Inject, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { APP_CONFIG, type AppConfig, ConfigurationError } from '../config/config.js';
import { createDataSource, isMysql, sqliteFile } from './data-source.js';
import { FileClaim } from './file-claim.js';
import { migrate } from './migrate.js';
import { MysqlDatabase } from './mysql-database.js';
import { SqlDatabase } from './sql-database.js';
import { SqliteDatabase } from './sqlite-database.js';

/** Transactions of handlers at once; one more waits for its turn. */
const HANDLER_CONNECTIONS = 16;

/** Closes both ways to the database, after everything that uses them has stopped. */
@Injectable()
class DatabaseShutdown implements OnApplicationShutdown {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(FileClaim) private readonly claim: FileClaim | null,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
    await this.dataSource.destroy();
    this.claim?.release();
  }
}

async function openDataSource(config: AppConfig, poolSize?: number): Promise<DataSource> {
  try {
    return await createDataSource(config, poolSize).initialize();
  } catch (error) {
    const hint = isMysql(config)
      ? 'check DATABASE_URL and that the server is up'
      : 'check that DATA_DIR can be written to';
    throw new ConfigurationError(`the database does not open: ${(error as Error).message}; ${hint}`);
  }
}

@Global()
@Module({
  providers: [
    {
      provide: FileClaim,
      inject: [APP_CONFIG],
      useFactory: (config: AppConfig): FileClaim | null =>
        isMysql(config) ? null : new FileClaim(sqliteFile(config)),
    },
    {
      provide: DataSource,
      inject: [APP_CONFIG, FileClaim],
      useFactory: async (config: AppConfig): Promise<DataSource> => {
        const dataSource = await openDataSource(config);
        await migrate(dataSource);
        new Logger('Database').log(`schema is up to date on ${dataSource.options.type}`);
        return dataSource;
      },
    },
    {
      provide: SqlDatabase,
      // After the DataSource, which has migrated by then.
      inject: [APP_CONFIG, DataSource],
      useFactory: async (config: AppConfig): Promise<SqlDatabase> => {
        const handlers = await openDataSource(config, HANDLER_CONNECTIONS);
        return isMysql(config)
          ? MysqlDatabase.connect(config.DATABASE_URL ?? '', handlers)
          : new SqliteDatabase(handlers);
      },
    },
    DatabaseShutdown,
  ],
  exports: [DataSource, SqlDatabase],
})
export class DatabaseModule {}
