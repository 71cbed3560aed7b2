import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type DatabaseReader, mysqlReader, sqliteReader } from './database-reader.js';
import { Hookwell } from './hookwell.js';
import { createScriptedSource } from './load.js';
import { type DatabaseServer, type RedisServer, startMariaDb, startRedis } from './servers.js';

/** The folder of the scripted provider, plain JavaScript; npm runs everything from the project's root. */
export const SCRIPTED_PROVIDERS = resolve('test/support/scripted-provider');

/** Short, so that what a crash left behind is taken up again within a test. */
const TIMING = { LEASE_MS: '2000', RELAY_INTERVAL_MS: '100' };

/** A production installation with private servers and the scripted provider, to be broken. */
export interface Production {
  readonly database: DatabaseServer;
  readonly redis: RedisServer;
  readonly api: Hookwell;
  readonly worker: Hookwell;
  readonly read: DatabaseReader;
  /** Where the scripted handler keeps its files. */
  readonly scriptDir: string;
  stop(): Promise<void>;
}

/** MariaDB, Redis, one api process and one worker process. */
export async function startProduction(): Promise<Production> {
  const scriptDir = await newScriptDir();
  const [database, redis] = await Promise.all([
    startMariaDb({ toBreak: true }),
    startRedis({ toBreak: true }),
  ]);
  const shared = {
    ...TIMING,
    PROVIDERS_DIR: SCRIPTED_PROVIDERS,
    SCRIPT_DIR: scriptDir,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
  };
  const api = await Hookwell.start({ ...shared, ROLE: 'api' });
  const worker = await Hookwell.start({ ...shared, ROLE: 'worker' });
  await createScriptedSource(api);
  return {
    database,
    redis,
    api,
    worker,
    read: mysqlReader(database.url),
    scriptDir,
    async stop() {
      await Promise.all([api.stop('SIGKILL'), worker.stop('SIGKILL')]);
      await Promise.all([database.stop(), redis.stop(), rm(scriptDir, { recursive: true })]);
    },
  };
}

/** One embedded process with the scripted provider. */
export interface Embedded {
  readonly hookwell: Hookwell;
  readonly read: DatabaseReader;
  readonly scriptDir: string;
  stop(): Promise<void>;
}

export async function startEmbedded(): Promise<Embedded> {
  const scriptDir = await newScriptDir();
  const hookwell = await Hookwell.start({
    ...TIMING,
    PROVIDERS_DIR: SCRIPTED_PROVIDERS,
    SCRIPT_DIR: scriptDir,
  });
  await createScriptedSource(hookwell);
  return {
    hookwell,
    read: sqliteReader(join(hookwell.dataDir, 'hookwell.sqlite')),
    scriptDir,
    async stop() {
      await hookwell.stop('SIGKILL');
      await rm(scriptDir, { recursive: true });
    },
  };
}

function newScriptDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'hookwell-script-'));
}
