import 'reflect-metadata';
import { Agent } from 'node:https';
import { connect } from 'node:tls';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../../dist/src/app.module.js';
import { Clock } from '../../../dist/src/platform/clock.js';
import { loadConfig } from '../../../dist/src/platform/config/config.js';
import { createHttpAdapter, prepareHttp } from '../../../dist/src/platform/http/http.js';
import { listen } from '../../../dist/src/platform/http/listeners.js';
import { KeyFetcher } from '../../../dist/src/signature/application/keys/key-fetcher.js';
import { HttpsKeyFetcher } from '../../../dist/src/signature/infrastructure/https-key-fetcher.js';

// The built service as main.js starts it, but for two things: it asks the test's server for every key, and its parent tells the time.
const { KEY_SERVER_PORT: port, KEY_SERVER_CERTIFICATE: ca, ...environment } = process.env;
const config = loadConfig(environment);
const app = await NestFactory.create(await AppModule.create(config), createHttpAdapter(), {
  bodyParser: false,
  abortOnError: false,
  logger: false,
});
prepareHttp(app);

const createConnection = (options) => connect({ ...options, host: '127.0.0.1', port: Number(port), ca });
// With whoever started it: nothing else would end it.
process.on('disconnect', () => process.exit());

const fetcher = new HttpsKeyFetcher(Object.assign(new Agent(), { createConnection }));
app.get(KeyFetcher, { strict: false }).fetch = (question) => fetcher.fetch(question);

let now = Date.now();
app.get(Clock).now = () => new Date(now);
process.on('message', (time) => {
  now = time;
  process.send('set');
});

const { webhooks } = await listen(app, config);
process.send(webhooks);
