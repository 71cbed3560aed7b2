import { Global, Inject, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { APP_CONFIG, type AppConfig, ConfigurationError } from '../config/config.js';
import { createDataSource, isMysql } from './data-source.js';
import { migrate } from './migrate.js';
import { MysqlDatabase } from './mysql-database.js';
import { SqlDatabase } from './sql-database.js';
import { SqliteDatabase } from './sqlite-database.js';

/** Closes both ways to the database, after everything that uses them has stopped. */
@Injectable()
class DatabaseShutdown implements OnApplicationShutdown {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    if (this.database instanceof MysqlDatabase) await this.database.close();
    await this.dataSource.destroy();
  }
}

async function openDataSource(config: AppConfig): Promise<DataSource> {
  try {
    return await createDataSource(config).initialize();
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
      provide: DataSource,
      inject: [APP_CONFIG],
      useFactory: async (config: AppConfig): Promise<DataSource> => {
        const dataSource = await openDataSource(config);
        await migrate(dataSource);
        new Logger('Database').log(`schema is up to date on ${dataSource.options.type}`);
        return dataSource;
      },
    },
    {
      provide: SqlDatabase,
      inject: [APP_CONFIG, DataSource],
      useFactory: async (config: AppConfig, dataSource: DataSource): Promise<SqlDatabase> =>
        isMysql(config)
          ? MysqlDatabase.connect(config.DATABASE_URL ?? '', dataSource)
          : new SqliteDatabase(dataSource),
    },
    DatabaseShutdown,
  ],
  exports: [DataSource, SqlDatabase],
})
export class DatabaseModule {}
