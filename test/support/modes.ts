import { join } from 'node:path';
import { type DatabaseReader, mysqlReader, sqliteReader } from './database-reader.js';
import { Hookwell } from './hookwell.js';
import { serversAvailable, startMariaDb, startRedis } from './servers.js';

/** A running Hookwell and what it stands on. */
export interface Installed {
  readonly hookwell: Hookwell;
  readonly read: DatabaseReader;
  /** What another process of the same installation needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A way to run Hookwell that a suite is held against. */
export interface Mode {
  readonly mode: string;
  install(environment?: Readonly<Record<string, string>>): Promise<Installed>;
}

const embedded: Mode = {
  mode: 'embedded',
  async install(environment = {}) {
    const hookwell = await Hookwell.start(environment);
    return {
      hookwell,
      read: sqliteReader(join(hookwell.dataDir, 'hookwell.sqlite')),
      environment,
      stop: () => hookwell.stop(),
    };
  },
};

/** MariaDB and Redis, started for the suite. */
export const onServers: Mode = {
  mode: 'MySQL and Redis',
  async install(environment = {}) {
    const [database, redis] = await Promise.all([startMariaDb(), startRedis()]);
    const all = { ...environment, DATABASE_URL: database.url, REDIS_URL: redis.url };
    const hookwell = await Hookwell.start(all);
    return {
      hookwell,
      read: mysqlReader(database.url),
      environment: all,
      async stop() {
        await hookwell.stop();
        await Promise.all([database.stop(), redis.stop()]);
      },
    };
  },
};

const available = serversAvailable();
if (!available.available) process.stdout.write(`NOT RUN on MySQL and Redis: ${available.reason}\n`);

/** Both ways, for `describe.each`; where the servers cannot be had, outside CI, only the embedded one, and it says so. */
export const modes: readonly Mode[] = available.available ? [embedded, onServers] : [embedded];
