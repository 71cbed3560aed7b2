import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseReader, mysqlReader } from '../support/database-reader.js';
import { Hookwell } from '../support/hookwell.js';
import { deliver, senderOf } from '../support/senders.js';
import {
  type DatabaseServer,
  type RedisServer,
  serversAvailable,
  startMariaDb,
  startRedis,
} from '../support/servers.js';

const stripe = senderOf('stripe');

describe.skipIf(!serversAvailable().available)('several processes on one database', () => {
  let servers: [DatabaseServer, RedisServer];
  let apis: Hookwell[];
  let worker: Hookwell;
  let read: DatabaseReader;

  beforeAll(async () => {
    servers = await Promise.all([startMariaDb(), startRedis()]);
    const [database, redis] = servers;
    const shared = { DATABASE_URL: database.url, REDIS_URL: redis.url };
    read = mysqlReader(database.url);
    // On an empty database, all at once: each wants to migrate.
    const [first, second, third] = await Promise.all(
      ['api', 'api', 'worker'].map((ROLE) => Hookwell.start({ ...shared, ROLE })),
    );
    if (!first || !second || !third) throw new Error('not all have started');
    apis = [first, second];
    worker = third;
  });

  afterAll(async () => {
    await Promise.all([...apis, worker].map((process) => process.stop()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  /** The answers of the two api processes to the same post. */
  const statuses = async (source: string, secret = stripe.secret): Promise<number[]> => {
    const { headers, body } = await deliver({ ...stripe, secret }, 'invoice.paid', randomUUID());
    return Promise.all(apis.map(async (api) => (await api.post(source, body, headers)).status));
  };

  it('migrate once, whoever comes first', async () => {
    const applied = await read<{ name: string }>('SELECT name FROM migrations');
    expect(applied.length).toBeGreaterThan(0);
    expect(new Set(applied.map(({ name }) => name)).size).toBe(applied.length);
  });

  it('see a new, a disabled and an enabled source without a restart', async () => {
    const [first, second] = apis as [Hookwell, Hookwell];
    await first.admin('/sources', {
      method: 'POST',
      body: { name: 'eu', provider: 'stripe', secret: stripe.secret },
    });
    await expect.poll(() => statuses('eu')).toEqual([200, 200]);
    await second.admin('/sources/eu', { method: 'PATCH', body: { enabled: false } });
    await expect.poll(() => statuses('eu')).toEqual([404, 404]);
    await first.admin('/sources/eu', { method: 'PATCH', body: { enabled: true } });
    await expect.poll(() => statuses('eu')).toEqual([200, 200]);
  });

  it('take no secret any more that one of them was told to revoke: that one at once, the other soon', async () => {
    const [first, second] = apis as [Hookwell, Hookwell];
    const secrets = async (method: string, id = '', body?: object): Promise<unknown> =>
      (await first.admin(`/sources/eu/secrets${id}`, { method, body })).json();
    const [old] = (await secrets('GET')) as [{ id: string }];
    await secrets('POST', '', { secret: stripe.otherSecret });
    await expect.poll(() => statuses('eu', stripe.otherSecret)).toEqual([200, 200]);
    expect(await statuses('eu')).toEqual([200, 200]);
    await secrets('DELETE', `/${old.id}`);
    expect((await statuses('eu'))[0]).toBe(401);
    await expect.poll(() => statuses('eu')).toEqual([401, 401]);
    expect(await statuses('eu', stripe.otherSecret)).toEqual([200, 200]);
    await second.admin('/sources/eu/secrets', { method: 'POST', body: { secret: stripe.secret } });
    await expect.poll(() => statuses('eu')).toEqual([200, 200]);
  });

  it('accept and process an event once that both are sent at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { headers, body } = await deliver(stripe, 'invoice.paid', randomUUID());
      const answers = await Promise.all(
        Array.from({ length: 100 }, async (_, index) => {
          const response = await (apis[index % 2] as Hookwell).post('eu', body, headers);
          expect(response.status).toBe(200);
          return (await response.json()) as { id: string; duplicate: boolean };
        }),
      );
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect(answers.filter(({ duplicate }) => duplicate)).toHaveLength(99);
      const event = await (apis[0] as Hookwell).settled(answers[0]?.id ?? '');
      expect(event).toMatchObject({ status: 'PROCESSED', operations: [{ attempts: [{ attempt: 1 }] }] });
      expect(event.operations[0]?.attempts).toHaveLength(1);
    }
  });

  it('run handlers dry and confirm replays, whichever is asked', async () => {
    const { headers, body } = await deliver(stripe, 'invoice.paid', randomUUID());
    const accepted = await (apis[0] as Hookwell).post('eu', body, headers);
    const { id } = (await accepted.json()) as { id: string };
    await (apis[0] as Hookwell).settled(id);
    const ask = async (process: Hookwell, path: string, asked: object): Promise<unknown> =>
      (await process.admin(path, { method: 'POST', body: asked })).json();
    for (const process of [...apis, worker]) {
      expect(await ask(process, `/events/${id}/replay`, { dryRun: true })).toMatchObject({
        operations: [{ handler: 'RecordInvoice', outcome: 'SUCCEEDED' }],
      });
    }
    const filter = { source: 'eu', ratePerSecond: 1000 };
    const { confirm } = (await ask(worker, '/events/replay', filter)) as { confirm: string };
    const both = await Promise.all(apis.map((api) => ask(api, '/events/replay', { ...filter, confirm })));
    const [replay] = both as [{ id: string; total: number }];
    expect(both).toMatchObject([{ id: replay.id }, { id: replay.id }]);
    await expect
      .poll(async () => (await (apis[1] as Hookwell).admin(`/replays/${replay.id}`)).json())
      .toMatchObject({ status: 'DONE', replayed: replay.total });
    expect(await (apis[0] as Hookwell).settled(id)).toMatchObject({ status: 'PROCESSED', replays: 1 });
  });

  it('do their own part: a worker takes no webhooks', async () => {
    const { headers, body } = await deliver(stripe, 'invoice.paid', randomUUID());
    expect((await worker.post('eu', body, headers)).status).toBe(404);
    expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);
  });
});
