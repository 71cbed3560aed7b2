import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hookwell } from '../support/hookwell.js';
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

  it('goes on accepting while a handler keeps its transaction open, and ends that one', async () => {
    const { hookwell, read } = embedded;
    const holding = await postScript(hookwell, 'HOLD');
    const answers = await Promise.all(Array.from({ length: 20 }, () => postScript(hookwell, 'TX')));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    for (const { id } of answers) expect((await hookwell.settled(id ?? '')).status).toBe('PROCESSED');
    const event = await hookwell.settled(holding.id ?? '');
    expect(event.operations[0]?.attempts.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 4 }, () => 'TIMED_OUT'),
    );
    expect(event.lastError).toContain('do slow work before context.transaction()');
    expect(await read(`SELECT * FROM scripted_ledger WHERE event_id = '${event.id}'`)).toEqual([]);
  });

  it('hands back on SIGTERM what does not end', async () => {
    const { hookwell, read, scriptDir } = embedded;
    const { id, key } = await postScript(hookwell, 'HANG');
    await until(() => existsSync(join(scriptDir, `${key}.started`)));
    expect(await hookwell.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const [event] = await read(`SELECT status, holder FROM events WHERE id = '${id ?? ''}'`);
    expect(event).toEqual({ status: 'RECEIVED', holder: null });
    await hookwell.restart();
    expect(await brokenPromises(read, [id ?? ''])).toEqual(KEPT);
  });

  it('ends on SIGTERM although a handler keeps its transaction open', async () => {
    const { hookwell, read } = embedded;
    const { id } = await postScript(hookwell, 'HOLD');
    const underWay = `SELECT holder FROM events WHERE id = '${id ?? ''}' AND holder <> 'queue'`;
    await until(async () => (await read(underWay)).length === 1);
    expect(await hookwell.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await hookwell.restart();
    expect(await hookwell.settled(id ?? '')).toMatchObject({ status: 'FAILED' });
  });

  it('finishes on SIGTERM what is about to end', async () => {
    const { hookwell, read, scriptDir } = embedded;
    const { id, key } = await postScript(hookwell, 'HANG');
    await until(() => existsSync(join(scriptDir, `${key}.started`)));
    const ended = hookwell.end('SIGTERM');
    // Refusing connections tells that the stop has begun.
    await until(() => postScript(hookwell, 'OK').then(({ status }) => status === 0));
    writeFileSync(join(scriptDir, `${key}.go`), '');
    expect(await ended).toEqual({ code: 0, signal: null });
    const [event] = await read(`SELECT status FROM events WHERE id = '${id ?? ''}'`);
    expect(event).toEqual({ status: 'PROCESSED' });
    await hookwell.restart();
  });

  it('lets no second process at the same files, whose events it would take away', async () => {
    const { hookwell } = embedded;
    const second = Hookwell.start({ DATABASE_URL: `sqlite:${join(hookwell.dataDir, 'hookwell.sqlite')}` });
    await expect(second).rejects.toThrow(/exited with 1 .*Configuration: another Hookwell process uses/s);
    expect((await postScript(hookwell, 'OK')).status).toBe(200);
  });
});
