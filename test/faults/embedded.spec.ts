import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, startEmbedded } from '../support/installation.js';
import { brokenPromises, KEPT, Load, postScript, until } from '../support/load.js';

describe('when the embedded process ends', () => {
  let embedded: Embedded;

  beforeAll(async () => {
    embedded = await startEmbedded();
  });

  afterAll(async () => {
    await embedded.stop();
  });

  it('keeps what every script comes to', async () => {
    const { hookwell, read } = embedded;
    const scripts = ['OK', 'ERROR', 'REJECT', 'LATER', 'TX'] as const;
    const answers = await Promise.all(
      scripts.map((script) => postScript(hookwell, script, { times: 2, key: `all ${script}` })),
    );
    await brokenPromises(read, []);
    const events = await Promise.all(answers.map(({ id }) => hookwell.settled(id ?? '')));
    expect(
      events.map(({ type, status, operations }) => [
        type,
        status,
        operations[0]?.attempts.map(({ outcome }) => outcome),
      ]),
    ).toEqual([
      ['OK', 'PROCESSED', ['SUCCEEDED']],
      ['ERROR', 'FAILED', Array.from({ length: 4 }, () => 'ERRORED')],
      ['REJECT', 'FAILED', ['REJECTED']],
      ['LATER', 'PROCESSED', ['ERRORED', 'ERRORED', 'SUCCEEDED']],
      ['TX', 'PROCESSED', ['SUCCEEDED']],
    ]);
  });

  it('takes an event up again whose handler was running when it was killed', async () => {
    const { hookwell, read, scriptDir } = embedded;
    const { id, key } = await postScript(hookwell, 'HANG');
    await until(() => existsSync(join(scriptDir, `${key}.started`)));
    await hookwell.end('SIGKILL');
    await hookwell.restart();
    expect(await brokenPromises(read, [id ?? ''])).toEqual(KEPT);
  });

  it('processes everything that it answered 200 before it was killed under load', async () => {
    const { hookwell, read } = embedded;
    const load = new Load(hookwell, { script: () => 'OK', senders: 16, most: 6000 });
    for (let time = 0; time < 2; time += 1) {
      await load.further(200);
      await hookwell.end('SIGKILL');
      await hookwell.restart();
    }
    await load.further(100);
    await load.stop();
    expect(load.refused.filter(({ status }) => status !== 0)).toEqual([]);
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });

  it('commits a write once that was killed between the write and the commit', async () => {
    const { hookwell, read } = embedded;
    const { id } = await postScript(hookwell, 'TX_KILL');
    await hookwell.ended();
    await hookwell.restart();
    expect(await brokenPromises(read, [id ?? ''])).toEqual(KEPT);
    expect(await read(`SELECT event_id FROM scripted_ledger WHERE event_id = '${id ?? ''}'`)).toHaveLength(1);
  });

  it('ends on SIGTERM under load with code 0, and loses nothing', async () => {
    const { hookwell, read } = embedded;
    const load = new Load(hookwell, { script: () => 'TX', senders: 16, most: 6000 });
    await load.further(200);
    expect(await hookwell.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await load.stop();
    await hookwell.restart();
    expect(load.refused.filter(({ status }) => status !== 0 && status !== 503)).toEqual([]);
    expect(await brokenPromises(read, load.accepted)).toEqual(KEPT);
  });
});
