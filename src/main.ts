import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { ConfigurationError, loadConfig } from './platform/config/config.js';
import { createHttpAdapter, prepareHttp } from './platform/http/http.js';

async function start(): Promise<void> {
  const config = loadConfig(process.env);
  const app = await NestFactory.create<NestFastifyApplication>(
    await AppModule.create(config),
    createHttpAdapter(),
    {
      bodyParser: false,
      abortOnError: false,
      logger: config.LOG_LEVEL === 'silent' ? false : ['fatal', 'error', 'warn', 'log'],
    },
  );
  app.enableShutdownHooks();
  prepareHttp(app);
  await app.listen(config.PORT, config.HOST);
  const address = await app.getUrl();
  process.stdout.write(
    `Hookwell listens on ${address} (role ${config.ROLE}), Swagger UI at ${address}/docs\n`,
  );
}

start().catch((error: unknown) => {
  const text =
    error instanceof ConfigurationError ? `Configuration: ${error.message}` : String((error as Error).stack);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
