import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serversAvailable, startMariaDb, startRedis } from './servers.js';

const privateServers = !process.env['TEST_DATABASE_URL'] && !process.env['TEST_REDIS_URL'];
const availability = serversAvailable();

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

describe.skipIf(!availability.available || !privateServers)('private test servers', () => {
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

describe('test server settings', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('uses the given URLs and refuses to break servers it does not own', async () => {
    vi.stubEnv('TEST_DATABASE_URL', 'mysql://someone@db.example/hookwell');
    vi.stubEnv('TEST_REDIS_URL', 'redis://cache.example');
    expect(serversAvailable()).toEqual({ available: true });
    const servers = [await startMariaDb(), await startRedis()];
    expect(servers.map(({ url }) => url)).toEqual([
      'mysql://someone@db.example/hookwell',
      'redis://cache.example',
    ]);
    for (const server of servers) {
      await expect(server.kill()).rejects.toThrow(/Cannot kill the server given by TEST_/);
      await expect(server.restart()).rejects.toThrow(/Cannot restart the server given by TEST_/);
      await server.stop();
    }
  });

  it('never skips in CI', () => {
    const installed = ['/usr/sbin', '/usr/local/sbin'].some((folder) => existsSync(join(folder, 'mariadbd')));
    const empty = mkdtempSync(join(tmpdir(), 'hookwell-path-'));
    try {
      vi.stubEnv('TEST_DATABASE_URL', installed ? 'mysql://someone@db.example/hookwell' : '');
      vi.stubEnv('TEST_REDIS_URL', '');
      vi.stubEnv('PATH', empty);
      vi.stubEnv('CI', '');
      expect(serversAvailable()).toMatchObject({ available: false });
      vi.stubEnv('CI', 'true');
      expect(() => serversAvailable()).toThrow(/apt-get install .*redis-server/);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});
