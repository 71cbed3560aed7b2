import 'reflect-metadata';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { format } from 'prettier';
import { createApiDocument } from '../src/admin/api-docs.js';
import { AppModule } from '../src/app.module.js';
import { loadConfig } from '../src/platform/config/config.js';
import { createHttpAdapter } from '../src/platform/http/http.js';

const FILE = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));

/** Writes docs/openapi.json from the code, or with --check fails where the two differ. Needs no database. */
async function main(check: boolean): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(
    await AppModule.create(loadConfig({})),
    createHttpAdapter(),
    { preview: true, logger: false, bodyParser: false },
  );
  const text = await format(JSON.stringify(createApiDocument(app)), { parser: 'json' });
  if (!check) {
    await mkdir(new URL('../../docs/', import.meta.url), { recursive: true });
    await writeFile(FILE, text);
  } else if ((await readFile(FILE, 'utf8').catch(() => '')) !== text) {
    throw new Error('docs/openapi.json is not what the code says; run: npm run openapi');
  }
}

main(process.argv.includes('--check')).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
