import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hookwell } from '../support/hookwell.js';
import { type Production, startProduction } from '../support/installation.js';
import { brokenPromises, KEPT, Load, postScript, until } from '../support/load.js';
import { serversAvailable } from '../support/servers.js';

const available = serversAvailable({ toBreak: true });

describe.skipIf(!available.available)('when a worker dies', () => {
  let production: Production;

  beforeAll(async () => {
    production = await startProduction();
  });

  afterAll(async () => {
    await production.stop();
  });

  it('takes an event up again whose worker was killed in mid-handler', async () => {
    const { api, worker, read, scriptDir } = production;
    const { id, key } = await postScript(api, 'HANG');
    await until(() => existsSync(join(scriptDir, `${key}.started`)));
    await worker.end('SIGKILL');
    await worker.restart();
    expect(await brokenPromises(read, [id ?? ''])).toEqual(KEPT);
    const [event] = await read<{ claims: number }>(`SELECT claims FROM events WHERE id = '${id ?? ''}'`);
    expect(event?.claims).toBe(2);
  });

  it('loses nothing when the worker is killed under load', async () => {
    const { api, worker, read } = production;
    const load = new Load(api, { script: () => 'TX', senders: 8, most: 4000 });
    await load.further(200);
    await worker.end('SIGKILL');
    await load.further(200);
    await worker.restart();
    await load.stop();
    expect(load.refused).toEqual([]);
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
    expect(await ledger(load.accepted)).toEqual(new Map(load.accepted.map((id) => [id, 1])));
  });

  it('commits a write once whose worker was killed between the write and the commit', async () => {
    const { api, worker, read } = production;
    const answers = await Promise.all(Array.from({ length: 2 }, () => postScript(api, 'TX_KILL')));
    const accepted = answers.flatMap(({ id }) => id ?? []);
    expect(accepted).toHaveLength(2);
    // Whoever works on one of them dies; the two may share a death or have one each.
    let finished = false;
    const restarts = (async () => {
      let count = 0;
      for (;;) {
        const ended = await Promise.race([worker.ended(), until(() => finished)]);
        if (!ended) return count;
        await worker.restart();
        count += 1;
      }
    })();
    expect(await brokenPromises(read, accepted)).toEqual(KEPT);
    finished = true;
    expect(await restarts).toBeGreaterThan(0);
    expect(await ledger(accepted)).toEqual(new Map(accepted.map((id) => [id, 1])));
  });

  it('hands back on SIGTERM what does not end, so that another worker has it at once', async () => {
    const { api, worker, read, scriptDir } = production;
    const { id, key } = await postScript(api, 'HANG');
    await until(() => existsSync(join(scriptDir, `${key}.started`)));
    expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const [event] = await read(`SELECT status, holder FROM events WHERE id = '${id ?? ''}'`);
    expect(event).toEqual({ status: 'RECEIVED', holder: null });
    await worker.restart();
    expect(await brokenPromises(read, [id ?? ''])).toEqual(KEPT);
  });

  it('gives up an event that kills every worker that takes it', async () => {
    const { api, worker, read } = production;
    const { id } = await postScript(api, 'KILL');
    for (let deaths = 0; deaths < 10; deaths += 1) {
      await worker.ended();
      // What a crash leaves behind is due when its lease ends: that is now.
      await read(`UPDATE events SET due_at = '2000-01-01' WHERE id = '${id ?? ''}'`);
      await worker.restart();
    }
    expect(await api.settled(id ?? '')).toMatchObject({
      status: 'FAILED',
      lastError: expect.stringContaining('its worker died 10 times') as string,
      operations: [],
    });
  });

  it('leaves an event to others whose provider folder it does not have', async () => {
    const { api, worker, read, database, redis } = production;
    await worker.end('SIGTERM');
    const older = await Hookwell.start({
      ROLE: 'worker',
      RELAY_INTERVAL_MS: '100',
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
    });
    const { id } = await postScript(api, 'OK');
    await until(async () => (await api.event(id ?? '')).lastError !== null);
    expect(await api.event(id ?? '')).toMatchObject({
      status: 'RECEIVED',
      unhandled: false,
      lastError: expect.stringContaining('no provider folder scripted in this worker') as string,
    });
    await older.stop();
    await worker.restart();
    await read(`UPDATE events SET due_at = '2000-01-01' WHERE id = '${id ?? ''}'`);
    expect(await brokenPromises(read, [id ?? ''])).toEqual(KEPT);
  });

  async function ledger(eventIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await production.read<{ event_id: string; written: number }>(
      'SELECT event_id, COUNT(*) AS written FROM scripted_ledger GROUP BY event_id',
    );
    const written = new Map(rows.map((row) => [row.event_id, row.written]));
    return new Map(eventIds.map((id) => [id, written.get(id) ?? 0]));
  }
});
