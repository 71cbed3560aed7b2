import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Production, startProduction } from '../support/installation.js';
import { brokenPromises, KEPT, Load, until } from '../support/load.js';
import { serversAvailable } from '../support/servers.js';

const available = serversAvailable({ toBreak: true });

describe.skipIf(!available.available)('when Redis loses its data, refuses, hangs or is away', () => {
  let production: Production;

  beforeAll(async () => {
    production = await startProduction();
  });

  afterAll(async () => {
    await production.stop();
  });

  it('processes everything although Redis is emptied under load', async () => {
    const { api, redis, read } = production;
    const client = new Redis(redis.url);
    const load = new Load(api, { script: () => 'OK', senders: 16, most: 4000 });
    for (let time = 0; time < 5; time += 1) {
      await load.further(150);
      await client.flushall();
    }
    await load.further(50);
    await load.stop();
    client.disconnect();
    expect(load.refused).toEqual([]);
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });

  it('goes on accepting while Redis is away, and processes everything when it is back', async () => {
    const { api, redis, read } = production;
    const load = new Load(api, { script: () => 'OK', senders: 16, most: 4000 });
    await load.further(100);
    await redis.kill();
    await load.further(600);
    expect(load.refused).toEqual([]);
    // Nothing reaches a worker meanwhile: what waits in the database is what Redis has to be made up for.
    const waiting = await read<{ id: string }>("SELECT id FROM events WHERE status = 'RECEIVED'");
    expect(waiting.length).toBeGreaterThan(300);
    await redis.restart();
    await load.further(50);
    await load.stop();
    expect(load.refused).toEqual([]);
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });

  it('goes on accepting while Redis refuses writes, and processes everything when it takes them again', async () => {
    const { api, redis, read } = production;
    const client = new Redis(redis.url);
    const load = new Load(api, { script: () => 'OK', senders: 16, most: 20_000 });
    await load.further(100);
    await client.config('SET', 'maxmemory', 1);
    await load.further(300);
    // The relay gives back what it could not hand over, instead of taking all that waits for the length of a lease.
    await until(async () => {
      const free = await read("SELECT id FROM events WHERE status = 'RECEIVED' AND holder IS NULL LIMIT 1");
      return free.length > 0;
    });
    await client.config('SET', 'maxmemory', 0);
    await load.further(50);
    await load.stop();
    client.disconnect();
    expect(load.refused).toEqual([]);
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });

  it('goes on accepting while Redis hangs, and processes everything when it goes on', async () => {
    const { api, redis, read } = production;
    const load = new Load(api, { script: () => 'OK', senders: 4, most: 20_000 });
    await load.further(100);
    await redis.freeze();
    // The api has noticed: what it accepts now is the relay's at once, not after a lease.
    await until(async () => {
      const due = await read(
        "SELECT id FROM events WHERE status = 'RECEIVED' AND due_at = received_at LIMIT 1",
      );
      return due.length > 0;
    });
    await redis.thaw();
    await load.further(50);
    await load.stop();
    expect(load.refused).toEqual([]);
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });

  it('accepts in an api process that starts while Redis is away', async () => {
    const { api, redis, read } = production;
    await redis.kill();
    await api.end('SIGKILL');
    await api.restart();
    const load = new Load(api, { script: () => 'OK', senders: 4, most: 40 });
    await load.done();
    expect(load.refused).toEqual([]);
    await redis.restart();
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });

  it('tells that the queue is away: an api is ready all the same, a worker is not', async () => {
    const { api, worker, redis } = production;
    const ready = (): Promise<unknown[]> =>
      Promise.all(
        [api, worker].map(async ({ url }) => {
          const response = await fetch(`${url}/health/ready`);
          const { queue } = (await response.json()) as { queue?: string };
          return [response.status, queue];
        }),
      );
    const allUp = [
      [200, 'up'],
      [200, 'up'],
    ];
    await expect.poll(ready).toEqual(allUp);
    await redis.kill();
    await expect.poll(ready).toEqual([
      [200, 'away'],
      [503, undefined],
    ]);
    await redis.restart();
    await expect.poll(ready).toEqual(allUp);
  });
});
