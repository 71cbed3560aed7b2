import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_NAMES } from '../../src/platform/config/config.js';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** For each variable, values that it does not take, and what the message has to say. */
const WRONG: Readonly<Record<string, readonly { readonly value: string; readonly says: string }[]>> = {
  HOST: [{ value: '203.0.113.7', says: 'HOST' }],
  PORT: [
    { value: 'http', says: 'PORT must be a whole number from 0 to 65535' },
    { value: '65536', says: 'PORT must be a whole number from 0 to 65535' },
    { value: '-1', says: 'PORT must be a whole number' },
    { value: '80.5', says: 'PORT must be a whole number' },
  ],
  ADMIN_PORT: [{ value: 'x', says: 'ADMIN_PORT must be a whole number from 0 to 65535' }],
  PUBLIC_URL: [
    { value: 'hooks.example.com', says: 'PUBLIC_URL must look like https://hooks.example.com' },
    { value: 'ftp://hooks.example.com', says: 'PUBLIC_URL must look like' },
    { value: 'https://', says: 'PUBLIC_URL must look like' },
    { value: 'https://hooks.example.com?a=1', says: 'PUBLIC_URL must look like' },
    { value: 'https://user@hooks.example.com', says: 'PUBLIC_URL must look like' },
    { value: 'https://hooks.example.com:https', says: 'PUBLIC_URL must look like' },
  ],
  TRUSTED_PROXIES: [
    { value: '10.0.0.0/33', says: 'TRUSTED_PROXIES: 10.0.0.0/33 must be an address or a range' },
    { value: '10.0.0.0/8,proxy', says: 'TRUSTED_PROXIES: proxy must be an address' },
    {
      value: '::ffff:10.0.0.0/8',
      says: 'TRUSTED_PROXIES: ::ffff:10.0.0.0/8 must be 10.0.0.0/8, an IPv4 range',
    },
    {
      value: 'a,b',
      says: 'a must be an address or a range, 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32 say; TRUSTED',
    },
  ],
  CLIENT_CERTIFICATE_HEADER: [
    { value: 'x subject', says: 'CLIENT_CERTIFICATE_HEADER must be the name of a header' },
    { value: 'x-client-subject', says: 'CLIENT_CERTIFICATE_HEADER needs TRUSTED_PROXIES' },
  ],
  ROLE: [
    { value: 'API', says: 'ROLE must be one of all, api, worker' },
    { value: 'worker', says: 'ROLE=worker needs DATABASE_URL' },
  ],
  DATA_DIR: [{ value: '/dev/null/x', says: 'DATA_DIR' }],
  DATABASE_URL: [
    { value: 'postgres://localhost/x', says: 'DATABASE_URL must look like mysql://' },
    { value: 'mysql://root@127.0.0.1:1', says: 'DATABASE_URL must name a database' },
    { value: 'mysql://root@127.0.0.1:1/x', says: 'check DATABASE_URL' },
    { value: 'MYSQL://root@127.0.0.1:1/x', says: 'DATABASE_URL must look like mysql://' },
    { value: 'sqlite:', says: 'DATABASE_URL must name a file' },
    { value: 'sqlite::memory:', says: 'DATABASE_URL must name a file' },
  ],
  REDIS_URL: [{ value: '127.0.0.1:6379', says: 'REDIS_URL must look like redis://' }],
  ADMIN_API_KEYS: [
    { value: 'short', says: 'ADMIN_API_KEYS must be a comma-separated list' },
    { value: ',', says: 'ADMIN_API_KEYS must be a comma-separated list' },
    { value: 'a:root:long-enough-a-key-1', says: 'role one of viewer, operator, admin; see item 1' },
  ],
  SECRETS_KEY: [
    { value: 'secret', says: 'SECRETS_KEY must be 32 bytes in base64' },
    { value: '*'.repeat(3) + Buffer.alloc(32).toString('base64'), says: 'SECRETS_KEY must be 32 bytes' },
  ],
  SECRETS_KEY_PREVIOUS: [
    {
      value: `${Buffer.alloc(32).toString('base64')},secret`,
      says: 'SECRETS_KEY_PREVIOUS must be the SECRETS_KEY from before',
    },
  ],
  LOG_LEVEL: [{ value: 'loud', says: 'LOG_LEVEL must be one of trace, debug' }],
  ACCEPT_TIMEOUT_MS: [{ value: '4s', says: 'ACCEPT_TIMEOUT_MS must be a whole number' }],
  WORKER_CONCURRENCY: [{ value: '0', says: 'WORKER_CONCURRENCY must be a whole number from 1' }],
  LEASE_MS: [{ value: '10', says: 'LEASE_MS must be a whole number from 2000' }],
  RELAY_INTERVAL_MS: [{ value: '0', says: 'RELAY_INTERVAL_MS must be a whole number from 20' }],
  REJECTIONS_KEPT: [
    { value: '0', says: 'REJECTIONS_KEPT must be a whole number from 1 to 1000' },
    { value: '1001', says: 'REJECTIONS_KEPT must be a whole number from 1 to 1000' },
  ],
  PROVIDERS_DIR: [{ value: '/does/not/exist', says: 'PROVIDERS_DIR names a folder that cannot be read' }],
};

describe('a wrong configuration', () => {
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hookwell-test-'));
  });

  afterAll(async () => {
    await rm(dataDir, { recursive: true });
  });

  async function start(environment: Record<string, string>): Promise<{ code: number; output: string }> {
    const child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: dataDir, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, log, exit] = await Promise.all([
      text(child.stderr),
      text(child.stdout),
      once(child, 'exit') as Promise<[number]>,
    ]);
    expect(log).not.toContain('"level":"error"');
    return { code: exit[0], output };
  }

  it('has a test for every variable', () => {
    expect(Object.keys(WRONG).toSorted()).toEqual(CONFIG_NAMES.toSorted());
  });

  const cases = Object.entries(WRONG).flatMap(([name, values]) =>
    values.map(({ value, says }) => ({ name, value, says })),
  );

  it.each(cases)('$name=$value stops the start with one line', async ({ name, value, says }) => {
    const { code, output } = await start({ [name]: value });
    expect(output.trimEnd().split('\n')).toEqual([expect.stringContaining(says)]);
    expect(output).toMatch(/^Configuration: /);
    expect(code).toBe(1);
  });

  it('names every wrong variable at once', async () => {
    const { output } = await start({ PORT: 'x', ROLE: 'y' });
    expect(output).toContain('PORT must');
    expect(output).toContain('ROLE must');
  });

  it('says so when a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const name of ['PORT', 'ADMIN_PORT']) {
      const { code, output } = await start({ [name]: String(port) });
      expect(output.trimEnd().split('\n')).toEqual([
        expect.stringContaining(`${name} ${port} cannot be listened on`),
      ]);
      expect(code).toBe(1);
    }
    server.close();
  });

  it('says so when both faces are to have one port', async () => {
    const { output } = await start({ PORT: '3999', ADMIN_PORT: '3999' });
    expect(output).toContain('ADMIN_PORT must be another port than PORT');
  });

  it('says so when the stored secrets were encrypted with another key', async () => {
    const other = await mkdtemp(join(tmpdir(), 'hookwell-test-'));
    const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    // The first start gets as far as the port, so the key's fingerprint is stored by then.
    await start({ DATA_DIR: other, SECRETS_KEY: key(1), PORT: String(port) });
    const { code, output } = await start({ DATA_DIR: other, SECRETS_KEY: key(2) });
    expect(output).toContain('SECRETS_KEY is not the key that the stored secrets were encrypted with');
    expect(code).toBe(1);
    taken.close();
    await rm(other, { recursive: true });
  });

  it('says so when the key file holds no key', async () => {
    const other = await mkdtemp(join(tmpdir(), 'hookwell-test-'));
    await writeFile(join(other, 'secrets.key'), 'cut sho');
    const { code, output } = await start({ DATA_DIR: other });
    expect(output).toMatch(/^Configuration: .*secrets\.key holds no key: put back the one that it had/);
    expect(code).toBe(1);
    await rm(other, { recursive: true });
  });

  it('says which provider folder is wrong', async () => {
    const providers = await mkdtemp(join(tmpdir(), 'hookwell-test-'));
    const folder = join(providers, 'acme');
    await mkdir(folder);
    expect((await start({ PROVIDERS_DIR: providers })).output).toContain(
      'provider folder acme has no provider.ts',
    );
    await writeFile(join(folder, 'provider.js'), 'export const definition = 1;');
    expect((await start({ PROVIDERS_DIR: providers })).output).toContain(
      'acme/provider.ts must export definition',
    );
    await writeFile(join(folder, 'provider.js'), 'export const handlers = [];');
    expect((await start({ PROVIDERS_DIR: providers })).output).toContain('handlers alone where they are for');
    await writeFile(
      join(folder, 'provider.js'),
      'export const definition = { slug: "acme" }, handlers = [];',
    );
    await rename(folder, join(providers, 'custom:acme'));
    expect((await start({ PROVIDERS_DIR: providers })).output).toContain(
      'custom:acme has the name of a provider by configuration; rename it',
    );
    await rm(providers, { recursive: true });
  });
});
