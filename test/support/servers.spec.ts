import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { databaseAt, redisAt } from './given-servers.js';
import { serversAvailable, startMariaDb, startRedis, type TestServer } from './servers.js';

const ours = serversAvailable({ toBreak: true });

async function query(url: string, sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    connection.destroy();
  }
}

async function withRedis<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Nothing that the PATH leads to; what is in sbin is found all the same. */
function emptyPath(): void {
  const folder = mkdtempSync(join(tmpdir(), 'hookwell-path-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  vi.stubEnv('PATH', folder);
}

describe.skipIf(!ours.available)('private test servers', () => {
  // They come before what is given.
  beforeEach(() => {
    vi.stubEnv('TEST_DATABASE_URL', 'mysql://someone@db.example/hookwell');
    vi.stubEnv('TEST_REDIS_URL', 'redis://cache.example');
  });

  it('runs MariaDB with the hookwell database through a crash, a restart and a stop', async () => {
    const server = await startMariaDb();
    try {
      expect(server.url).toMatch(/^mysql:\/\/root@127\.0\.0\.1:\d+\/hookwell$/);
      const settings = await query(
        server.url,
        'SELECT @@character_set_database AS charset, @@max_allowed_packet AS packet',
      );
      expect(settings).toEqual([{ charset: 'utf8mb4', packet: 64 * 1024 * 1024 }]);
      await query(server.url, 'CREATE TABLE kept (id INT PRIMARY KEY) ENGINE=InnoDB');
      await query(server.url, 'INSERT INTO kept VALUES (7)');

      await server.kill();
      await expect(query(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

      await server.restart();
      expect(await query(server.url, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);

      await server.restart();
      const [row] = await query(server.url, 'SELECT @@datadir AS folder');
      const folder = String(row?.['folder']);
      expect(existsSync(folder)).toBe(true);

      await server.stop();
      expect(existsSync(folder)).toBe(false);
      await expect(query(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    } finally {
      await server.stop();
    }
  });

  it('runs Redis through a crash, a restart and a stop', async () => {
    const server = await startRedis();
    try {
      expect(server.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
      await withRedis(server.url, (client) => client.set('kept', 'yes'));

      await server.kill();
      await expect(withRedis(server.url, (client) => client.ping())).rejects.toThrow();

      await server.restart();
      expect(await withRedis(server.url, (client) => client.get('kept'))).toBe('yes');

      await server.restart();
      const [, folder] = await withRedis(
        server.url,
        async (client) => (await client.config('GET', 'dir')) as [string, string],
      );
      expect(existsSync(folder)).toBe(true);

      await server.stop();
      expect(existsSync(folder)).toBe(false);
      await expect(withRedis(server.url, (client) => client.ping())).rejects.toThrow();
      await expect(server.restart()).rejects.toThrow(/stopped/);
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf(!ours.available)('a part of a server that is given', () => {
  const stops: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  const keep = <T extends TestServer>(server: T): T => {
    stops.push(() => server.stop());
    return server;
  };
  const database = (server: TestServer): string => new URL(server.url).pathname.slice(1);

  it('is a new database each time, and goes with its test', async () => {
    const whole = keep(await startMariaDb());
    const [one, another] = [keep(await databaseAt(whole.url)), keep(await databaseAt(whole.url))];
    await query(one.url, 'CREATE TABLE mine (id INT)');
    expect(await query(another.url, 'SHOW TABLES')).toEqual([]);
    const names = async (): Promise<unknown[]> =>
      (await query(whole.url, 'SHOW DATABASES')).map((row) => row['Database'] as unknown);
    expect(await names()).toEqual(expect.arrayContaining([database(one), database(another)]));
    await one.stop();
    await one.stop();
    expect(await names()).not.toContain(database(one));
    expect(await names()).toEqual(expect.arrayContaining(['hookwell', database(another)]));
  });

  it('is a Redis database that is empty and nobody else has', async () => {
    const whole = keep(await startRedis());
    await withRedis(`${whole.url}/1`, (client) => client.set('theirs', 'kept'));
    const [one, another] = [keep(await redisAt(whole.url)), keep(await redisAt(whole.url))];
    expect([one, another].map(database)).toEqual(['2', '3']);
    await withRedis(one.url, (client) => client.set('mine', 'yes'));
    expect(await withRedis(another.url, (client) => client.get('mine'))).toBeNull();
    await one.stop();
    const next = keep(await redisAt(whole.url));
    expect(database(next)).toBe('2');
    await one.stop();
    expect(await withRedis(next.url, (client) => client.dbsize())).toBeGreaterThan(0);
    expect(await withRedis(`${whole.url}/1`, (client) => client.get('theirs'))).toBe('kept');
  });

  it('is a Redis database that a killed test has left behind, once its lease is over', async () => {
    const whole = keep(await startRedis());
    const killed = await redisAt(whole.url);
    await withRedis(killed.url, async (client) => {
      await client.set('left', 'behind');
      await client.del('hookwell-test:lease');
    });
    const next = keep(await redisAt(whole.url));
    expect(next.url).toBe(killed.url);
    expect(await withRedis(next.url, (client) => client.get('left'))).toBeNull();
  });

  it('is not to be had where all are in use', async () => {
    const whole = keep(await startRedis());
    for (let taken = 0; taken < 15; taken += 1) keep(await redisAt(whole.url));
    await expect(redisAt(whole.url)).rejects.toThrow(/databases 1 to 15 is in use/);
  });

  it('is not to be broken, and what has to break one says so', async () => {
    const whole = keep(await startRedis());
    emptyPath();
    vi.stubEnv('CI', '');
    vi.stubEnv('TEST_DATABASE_URL', 'mysql://someone@db.example/hookwell');
    vi.stubEnv('TEST_REDIS_URL', whole.url);
    expect(serversAvailable()).toEqual({ available: true });
    const part = keep(await startRedis());
    expect(part.url).toBe(`${whole.url}/1`);
    for (const action of ['kill', 'freeze', 'thaw', 'restart'] as const)
      await expect(part[action]()).rejects.toThrow(`Cannot ${action} a server that was given by its URL`);
    expect(serversAvailable({ toBreak: true })).toMatchObject({
      available: false,
      reason: expect.stringContaining('not for these tests to break') as string,
    });
    await expect(startRedis({ toBreak: true })).rejects.toThrow(/may not break the one that TEST_REDIS_URL/);
  });
});

describe('test server settings', () => {
  it('never skips in CI', () => {
    const installed = ['/usr/sbin', '/usr/local/sbin'].some((folder) => existsSync(join(folder, 'mariadbd')));
    emptyPath();
    vi.stubEnv('TEST_DATABASE_URL', installed ? 'mysql://someone@db.example/hookwell' : '');
    vi.stubEnv('TEST_REDIS_URL', '');
    vi.stubEnv('CI', '');
    expect(serversAvailable()).toMatchObject({ available: false });
    vi.stubEnv('CI', 'true');
    expect(() => serversAvailable()).toThrow(/apt-get install .*redis-server/);
  });
});
