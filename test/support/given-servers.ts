import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import type { TestServer } from './servers.js';

/** In a Redis database: that tests fill it, and that one has it now; a run that was killed leaves the first alone behind. */
const MARK = 'hookwell-test';
const LEASE = 'hookwell-test:lease';
const LEASE_S = 3600;
const LAST_REDIS_DATABASE = 15;

/** A database of its own on a MySQL or MariaDB that others may be using; it goes with {@link TestServer.stop}. */
export async function databaseAt(url: string): Promise<TestServer> {
  const name = `hookwell_test_${randomBytes(6).toString('hex')}`;
  await run(url, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  return ownPart(url, name, () => run(url, `DROP DATABASE IF EXISTS ${name}`));
}

/** A numbered database of its own on a Redis that others may be using: one that is empty, or was left behind by such a test. */
export async function redisAt(url: string): Promise<TestServer> {
  const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  // Failures reach us through the rejected calls; without a listener ioredis prints them as well.
  client.on('error', () => undefined);
  try {
    for (let database = 1; database <= LAST_REDIS_DATABASE; database += 1) {
      await client.select(database);
      if (await lease(client)) return ownPart(url, String(database), () => empty(url, database));
    }
  } finally {
    client.disconnect();
  }
  throw new Error(
    `Each of the Redis databases 1 to ${LAST_REDIS_DATABASE} is in use; empty those that are not needed`,
  );
}

/** Takes the selected database where it is nobody's, and empties it. */
async function lease(client: Redis): Promise<boolean> {
  if ((await client.set(LEASE, 1, 'EX', LEASE_S, 'NX')) === null) return false;
  const isEmpty = (await client.dbsize()) === 1;
  if (!isEmpty && !(await client.exists(MARK))) {
    await client.del(LEASE);
    return false;
  }
  await client.multi().flushdb().set(LEASE, 1, 'EX', LEASE_S).set(MARK, 1).exec();
  return true;
}

async function empty(url: string, database: number): Promise<void> {
  const client = new Redis(url, { db: database, maxRetriesPerRequest: 0 });
  try {
    await client.flushdb();
  } finally {
    client.disconnect();
  }
}

async function run(url: string, sql: string): Promise<void> {
  const connection = await createConnection(withPath(url, ''));
  try {
    await connection.query(sql);
  } finally {
    connection.destroy();
  }
}

function ownPart(url: string, path: string, clearUp: () => Promise<void>): TestServer {
  const refuse = (action: string) => (): Promise<void> =>
    Promise.reject(
      new Error(
        `Cannot ${action} a server that was given by its URL, for others may be using it; ` +
          'install mariadb-server and redis-server, and the test gets servers of its own',
      ),
    );
  let stopped: Promise<void> | undefined;
  return {
    url: withPath(url, `/${path}`),
    stop: () => (stopped ??= clearUp()),
    kill: refuse('kill'),
    freeze: refuse('freeze'),
    thaw: refuse('thaw'),
    restart: refuse('restart'),
  };
}

function withPath(url: string, path: string): string {
  const changed = new URL(url);
  changed.pathname = path;
  return changed.href;
}
