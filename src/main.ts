import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setupApiDocs } from './admin/api-docs.js';
import { AppModule } from './app.module.js';
import { ConfigurationError, loadConfig } from './platform/config/config.js';
import { AdminKeys } from './platform/auth/admin-keys.js';
import { createHttpAdapter, prepareHttp } from './platform/http/http.js';
import { listen } from './platform/http/listeners.js';
import { JsonLogger } from './platform/logging/json-logger.js';
import { stopOnSignals } from './platform/shutdown.js';
import { welcome } from './platform/welcome.js';

async function start(): Promise<void> {
  const config = loadConfig(process.env);
  const app = await NestFactory.create<NestFastifyApplication>(
    await AppModule.create(config),
    createHttpAdapter(config.TRUSTED_PROXIES),
    { bodyParser: false, abortOnError: false, logger: new JsonLogger(config.LOG_LEVEL) },
  );
  prepareHttp(app);
  setupApiDocs(app);
  stopOnSignals(app);
  const addresses = await listen(app, config);
  new Logger('Hookwell').log({ message: `listens on ${addresses.webhooks}`, role: config.ROLE });
  process.stderr.write(welcome(addresses, app.get(AdminKeys), config));
}

start().catch((error: unknown) => {
  const text =
    error instanceof ConfigurationError ? `Configuration: ${error.message}` : String((error as Error).stack);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
