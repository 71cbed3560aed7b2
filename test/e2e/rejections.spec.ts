import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseReader, mysqlReader } from '../support/database-reader.js';
import { Hookwell } from '../support/hookwell.js';
import { type Installed, modes } from '../support/modes.js';
import { postRaw, type RawAnswer } from '../support/raw-request.js';
import { listRejections, rejectionsOf } from '../support/rejections.js';
import { deliver, senderOf } from '../support/senders.js';
import {
  type DatabaseServer,
  type RedisServer,
  serversAvailable,
  startMariaDb,
  startRedis,
} from '../support/servers.js';

const VIEWER = 'the-viewers-key-0123456789';
const KEPT = 10;
const MEBIBYTE = 1024 * 1024;
const stripe = senderOf('stripe');
const SOURCE = { name: 'stripe', provider: 'stripe', secret: stripe.secret };

describe.each(modes)('the requests of a source that were refused, $mode', (mode) => {
  let installed: Installed;
  let hookwell: Hookwell;

  beforeAll(async () => {
    installed = await mode.install({
      ADMIN_API_KEYS: `test-admin-key-0123456789,eve:viewer:${VIEWER}`,
      REJECTIONS_KEPT: String(KEPT),
      TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8',
    });
    ({ hookwell } = installed);
    for (const name of ['stripe', 'quiet', 'flooded', 'stopped']) {
      const body = { ...SOURCE, name };
      expect((await hookwell.admin('/sources', { method: 'POST', body })).status).toBe(201);
    }
  });

  afterAll(() => installed.stop());

  const post = (
    source: string,
    headers: Readonly<Record<string, string | string[]>>,
    body: string | Buffer = '{}',
  ): Promise<RawAnswer> => postRaw(hookwell.url, { path: `/webhooks/${source}`, headers, body });

  it('are told with time, reason, detail, address, header names and size, newest first', async () => {
    const began = Date.now();
    await post('stripe', {});
    await post('stripe', { [stripe.header]: ['t=1,v1=aa', 't=1,v1=aa'], 'X-Extra': 'the value' }, 'a body');
    await post('stripe', { 'x-forwarded-for': '203.0.113.7, 10.1.2.3' }, '');
    await post('stripe', {}, Buffer.alloc(MEBIBYTE + 1));
    const socket = connect(Number(new URL(hookwell.url).port), '127.0.0.1');
    socket.end('POST /webhooks/stripe HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half":');
    await text(socket);
    await expect.poll(() => rejectionsOf(hookwell, 'stripe')).toHaveLength(5);
    const rejections = await rejectionsOf(hookwell, 'stripe');
    expect(rejections.map(({ reason, remoteAddress, size }) => [reason, remoteAddress, size])).toEqual([
      // Of a client that has gone the address may be gone as well.
      ['broken_off', expect.toBeOneOf([null, '127.0.0.1']), 100],
      ['too_large', '127.0.0.1', MEBIBYTE + 1],
      ['missing_header', '203.0.113.7', 0],
      ['repeated_header', '127.0.0.1', 6],
      ['missing_header', '127.0.0.1', 2],
    ]);
    const [, , , repeated] = rejections;
    expect(repeated?.detail).toBe('stripe-signature is there more than once');
    expect(repeated?.headerNames).toEqual(
      expect.arrayContaining(['host', 'stripe-signature', 'x-extra', 'content-length']),
    );
    expect(Date.parse(repeated?.time ?? '')).toBeGreaterThanOrEqual(began);
    const everything = JSON.stringify([rejections, await installed.read('SELECT * FROM source_rejections')]);
    expect(everything).not.toMatch(/the value|a body|v1=aa/);
  });

  it('are told page by page, to a viewer too', async () => {
    await expect.poll(() => rejectionsOf(hookwell, 'stripe')).toHaveLength(5);
    const all = await rejectionsOf(hookwell, 'stripe');
    const first = await listRejections(hookwell, 'stripe', 'limit=3');
    const rest = await listRejections(hookwell, 'stripe', `limit=3&cursor=${first.nextCursor ?? ''}`);
    expect([...first.rejections, ...rest.rejections]).toEqual(all);
    expect(rest.nextCursor).toBeNull();
    expect((await hookwell.admin('/sources/stripe/rejections', { key: VIEWER })).status).toBe(200);
  });

  it('are none where nothing was refused, and 404 where there is no such source', async () => {
    const { headers, body } = await deliver(stripe, 'invoice.paid', randomUUID());
    expect((await post('quiet', headers, body)).status).toBe(200);
    expect(await rejectionsOf(hookwell, 'quiet')).toEqual([]);
    for (let index = 0; index < 20; index += 1) await post(`nobody-${index}`, {});
    const answer = await hookwell.admin('/sources/nobody-1/rejections');
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      404,
      'There is no source named nobody-1; GET /sources lists those that there are.',
    ]);
    expect(await installed.read("SELECT 1 FROM source_rejections WHERE source LIKE 'nobody%'")).toEqual([]);
  });

  it('are bounded, whatever their headers are', async () => {
    const huge = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x-${i}-${'x'.repeat(60)}`, '']));
    for (let index = 0; index < 3 * KEPT; index += 1) await post('flooded', { ...huge, n: String(index) });
    await expect.poll(() => rejectionsOf(hookwell, 'flooded')).toHaveLength(KEPT);
    for (const { headerNames } of await rejectionsOf(hookwell, 'flooded')) {
      expect(headerNames).toHaveLength(51);
      expect(Math.max(...headerNames.map(({ length }) => length))).toBe(64);
    }
  });

  it('are written down before an orderly stop', async () => {
    await post('stopped', {});
    expect((await hookwell.end('SIGTERM')).code).toBe(0);
    expect(await installed.read("SELECT reason FROM source_rejections WHERE source = 'stopped'")).toEqual([
      { reason: 'missing_header' },
    ]);
    await hookwell.restart();
    expect(await rejectionsOf(hookwell, 'stopped')).toHaveLength(1);
  });
});

// The counters of its statements have to be this test's alone.
const servers = serversAvailable({ toBreak: true });

describe.skipIf(!servers.available)('a burst of forged requests to two processes', () => {
  const BURST = 5000;
  let database: DatabaseServer;
  let redis: RedisServer;
  let apis: Hookwell[];
  let read: DatabaseReader;

  beforeAll(async () => {
    [database, redis] = await Promise.all([startMariaDb({ toBreak: true }), startRedis()]);
    const environment = { DATABASE_URL: database.url, REDIS_URL: redis.url, ROLE: 'api' };
    read = mysqlReader(database.url);
    apis = await Promise.all([Hookwell.start(environment), Hookwell.start(environment)]);
    expect((await apis[0]?.admin('/sources', { method: 'POST', body: SOURCE }))?.status).toBe(201);
  });

  afterAll(async () => {
    await Promise.all(apis.map((api) => api.stop()));
    await Promise.all([database.stop(), redis.stop()]);
  });

  /** Statements that have written anything since the server began. */
  async function writes(): Promise<number> {
    const rows = await read<{ Value: string }>(
      "SHOW GLOBAL STATUS WHERE Variable_name REGEXP '^Com_(insert|update|delete|replace)'",
    );
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
  }

  it('costs a few statements, keeps the newest hundred, and counts all', async () => {
    const ready = async (): Promise<number[]> =>
      Promise.all(apis.map(async (api) => (await api.post('stripe', '{}', {})).status));
    await expect.poll(ready).toEqual([401, 401]);
    const [before, began] = [await writes(), Date.now()];
    let sent = 0;
    const send = async (): Promise<void> => {
      while (sent < BURST) {
        const api = apis[(sent += 1) % 2] as Hookwell;
        const answer = await postRaw(api.url, { path: '/webhooks/stripe', headers: {}, body: `${sent}` });
        expect(answer.status).toBe(401);
      }
    };
    await Promise.all(Array.from({ length: 50 }, send));
    for (const api of apis) await api.post('stripe', 'the last', {});
    const newest = async (): Promise<unknown[]> => {
      const rejections = await rejectionsOf(apis[0] as Hookwell, 'stripe');
      return [rejections.length, rejections.filter(({ size }) => size === 8).length];
    };
    await expect.poll(newest).toEqual([100, 2]);
    const seconds = Math.ceil((Date.now() - began) / 1000) + 1;
    const cost = (await writes()) - before;
    expect(cost).toBeGreaterThan(0);
    // For each process and second: a hundred rows in 64, 32 and 4, and the deletion of as many.
    expect(cost).toBeLessThanOrEqual(apis.length * seconds * 8);
    expect(cost).toBeLessThan(BURST / 5);
    const counted = await Promise.all(
      apis.map(async (api) => {
        const metrics = await (await fetch(`${api.url}/metrics`)).text();
        return Number(/^hookwell_rejected_total\{reason="missing_header"\} (\d+)$/m.exec(metrics)?.[1]);
      }),
    );
    expect(counted.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(BURST + 2);
  });
});
