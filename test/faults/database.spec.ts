import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Production, startProduction } from '../support/installation.js';
import { brokenPromises, KEPT, Load } from '../support/load.js';
import { serversAvailable } from '../support/servers.js';

const available = serversAvailable();

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

  it('answers 404 and 401 as ever while the database is away', async () => {
    const { api, database } = production;
    await database.kill();
    const unknown = await api.post('nobody', '{}', {});
    const unsigned = await api.post('scripted', '{}', {});
    await database.restart();
    expect([unknown.status, unsigned.status]).toEqual([404, 401]);
  });
});
