import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOT_RECORDED } from '../../src/platform/http/details.js';
import { type Production, startProduction } from '../support/installation.js';
import { brokenPromises, KEPT, Load } from '../support/load.js';
import { serversAvailable } from '../support/servers.js';

const available = serversAvailable({ toBreak: true });

describe.skipIf(!available.available)('when the database is away', () => {
  let production: Production;

  beforeAll(async () => {
    production = await startProduction();
  });

  afterAll(async () => {
    await production.stop();
  });

  it('answers 503 with Retry-After until it is back, and keeps every 200', async () => {
    const { api, database, read } = production;
    const load = new Load(api, { script: () => 'TX', senders: 16, most: 20_000 });
    await load.further(200);
    await database.kill();
    await load.further(100, ({ status }) => status === 503);
    await database.restart();
    await load.further(200);
    await load.stop();
    // Never a 4xx, never no answer: the sender has to know that it may send again.
    expect(load.refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual(
      [],
    );
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });

  it('gives up on a database that hangs, answers 503, and goes on when it answers again', async () => {
    const { api, database, read } = production;
    const load = new Load(api, { script: () => 'OK', senders: 16, most: 20_000 });
    await load.further(100);
    await database.freeze();
    // Without a bound of its own this would wait for as long as the server hangs.
    await load.further(16, ({ status }) => status === 503);
    await database.thaw();
    await load.further(100);
    await load.stop();
    expect(load.refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual(
      [],
    );
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });

  it('is not ready while the database is gone or hangs, and lives on', async () => {
    const { api, worker, database } = production;
    const health = (path: string): Promise<number[]> =>
      Promise.all([api, worker].map(async ({ url }) => (await fetch(`${url}/health/${path}`)).status));
    const ready = (): Promise<number[]> => health('ready');
    await expect.poll(ready).toEqual([200, 200]);
    for (const [stop, goOn] of [
      [() => database.kill(), () => database.restart()],
      [() => database.freeze(), () => database.thaw()],
    ] as const) {
      await stop();
      await expect.poll(ready).toEqual([503, 503]);
      expect(await health('live')).toEqual([200, 200]);
      await goOn();
      await expect.poll(ready).toEqual([200, 200]);
    }
  });

  it('answers 404 and 401 as ever while the database is away', async () => {
    const { api, database } = production;
    await database.kill();
    const unknown = await api.post('nobody', '{}', {});
    const unsigned = await api.post('scripted', '{}', {});
    await database.restart();
    expect([unknown.status, unsigned.status]).toEqual([404, 401]);
  });

  it('carries out no admin command, which it could not record, and answers 503 with Retry-After', async () => {
    const { api, database, read } = production;
    const disable = (): Promise<Response> =>
      api.admin('/sources/scripted', { method: 'PATCH', body: { enabled: false } });
    const state = (): Promise<unknown[]> =>
      read('SELECT enabled, (SELECT COUNT(*) FROM audit_log) AS commands FROM sources');
    const before = await state();
    await database.kill();
    const refused = await disable();
    await database.restart();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    expect(await refused.json()).toMatchObject({ detail: NOT_RECORDED });
    expect(await state()).toEqual(before);
    await expect.poll(async () => (await disable()).status).toBe(200);
  });
});
