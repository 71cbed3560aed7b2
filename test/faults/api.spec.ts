import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Production, startProduction } from '../support/installation.js';
import { brokenPromises, KEPT, Load } from '../support/load.js';
import { serversAvailable } from '../support/servers.js';

const available = serversAvailable({ toBreak: true });

describe.skipIf(!available.available)('when an api process ends', () => {
  let production: Production;

  beforeAll(async () => {
    production = await startProduction();
  });

  afterAll(async () => {
    await production.stop();
  });

  it('processes everything that it answered 200 before it was killed under load', async () => {
    const { api, read } = production;
    const load = new Load(api, { script: () => 'OK', senders: 16, most: 6000 });
    for (let time = 0; time < 2; time += 1) {
      await load.further(200);
      await api.end('SIGKILL');
      await api.restart();
    }
    await load.further(100);
    await load.stop();
    expect(load.refused.filter(({ status }) => status !== 0)).toEqual([]);
    expect(load.refused.length).toBeGreaterThan(0);
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });

  it('ends api and worker on SIGTERM under load with code 0, and loses nothing', async () => {
    const { api, worker, read } = production;
    const load = new Load(api, { script: () => 'TX', senders: 16, most: 6000 });
    await load.further(200);
    expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await load.further(100);
    expect(await api.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await load.stop();
    await Promise.all([api.restart(), worker.restart()]);
    expect(load.refused.filter(({ status }) => status !== 0 && status !== 503)).toEqual([]);
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });
});
