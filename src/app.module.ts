import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { IngestionModule } from './ingestion/ingestion.module.js';
import { Clock } from './platform/clock.js';
import { APP_CONFIG, type AppConfig } from './platform/config/config.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { Metrics } from './platform/metrics/metrics.js';
import { QueueModule } from './platform/queue/queue.module.js';
import { ProcessingModule } from './processing/processing.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { ReplayRunnerModule } from './replay/replay-runner.module.js';
import { ReplayModule } from './replay/replay.module.js';

/** Everything that a process of the given role consists of. */
@Global()
@Module({})
export class AppModule {
  static async create(config: AppConfig): Promise<DynamicModule> {
    return {
      module: AppModule,
      imports: [
        DatabaseModule,
        QueueModule,
        await ProvidersModule.discover(config.PROVIDERS_DIR),
        AdminModule,
        ReplayModule,
        ...(config.ROLE === 'worker' ? [] : [IngestionModule]),
        ...(config.ROLE === 'api' ? [] : [ProcessingModule, ReplayRunnerModule]),
      ],
      providers: [{ provide: APP_CONFIG, useValue: config }, Clock, Metrics],
      exports: [APP_CONFIG, Clock, Metrics],
    };
  }
}
