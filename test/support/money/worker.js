import 'reflect-metadata';
import { Module, Global } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Clock } from '../../../dist/src/platform/clock.js';
import { APP_CONFIG, loadConfig } from '../../../dist/src/platform/config/config.js';
import { DatabaseModule } from '../../../dist/src/platform/database/database.module.js';
import { MysqlDatabase } from '../../../dist/src/platform/database/mysql-database.js';
import { SqliteDatabase } from '../../../dist/src/platform/database/sqlite-database.js';
import { Metrics } from '../../../dist/src/platform/metrics/metrics.js';
import { QueueModule } from '../../../dist/src/platform/queue/queue.module.js';
import { ProcessingModule } from '../../../dist/src/processing/processing.module.js';
import { ProviderCatalog } from '../../../dist/src/providers/provider-catalog.js';
import { arm, makeMortal } from './killing.js';
import { definition, handlers } from './providers/money/provider.js';

// A worker with all that processes events and nothing else: it starts in half the time, and is killed thousands of times.
function MoneyWorker() {}
const shared = [
  { provide: APP_CONFIG, useValue: loadConfig(process.env) },
  { provide: ProviderCatalog, useValue: new ProviderCatalog([definition]) },
  Clock,
  Metrics,
];
Global()(MoneyWorker);
Module({
  imports: [DatabaseModule, QueueModule, ProcessingModule],
  providers: [...shared, ...handlers],
  exports: [APP_CONFIG, ProviderCatalog, Clock, Metrics],
})(MoneyWorker);

makeMortal(MysqlDatabase);
makeMortal(SqliteDatabase);
// With whoever started it: nothing else would end it.
process.on('disconnect', () => process.exit());
const worker = await NestFactory.createApplicationContext(MoneyWorker, {
  logger: ['fatal'],
  abortOnError: false,
});
process.once('SIGTERM', () => void worker.close().then(() => process.exit()));
arm();
process.send('ready');
