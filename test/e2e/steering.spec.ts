import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hookwell } from '../support/hookwell.js';
import { SCRIPTED_PROVIDERS } from '../support/installation.js';
import { createScriptedSource, nothingUnderWay, postScript, type Script, until } from '../support/load.js';
import { type Installed, modes, onServers } from '../support/modes.js';

interface Steering {
  readonly pauses: readonly { kind: string; name: string; reason: string; held: number }[];
  readonly limits: readonly { kind: string; name: string; held: number; setBy: string }[];
  readonly breakers: readonly { handler: string; state: string; held: number; retryAt: string | null }[];
}

interface Attempt {
  readonly event_id: string;
  readonly started_at: string | Date;
  readonly duration_ms: number;
}

/** A handler's attempts by their start. */
function attemptsOf({ read }: Installed, handler: string): Promise<Attempt[]> {
  return read<Attempt>(`SELECT * FROM attempts WHERE handler = '${handler}' ORDER BY started_at`);
}

/** The most attempts that were under way at the same time. */
function mostAtOnce(attempts: readonly Attempt[]): number {
  const spans = attempts.map(({ started_at: startedAt, duration_ms: duration }) => {
    const from = new Date(typeof startedAt === 'string' ? `${startedAt}Z` : startedAt).getTime();
    return { from, to: from + duration };
  });
  return Math.max(
    ...spans.map(({ from }) => spans.filter((span) => span.from <= from && from < span.to).length),
  );
}

const REASON = { reason: 'as the test says' };

describe.each(modes)('steering, $mode', (mode) => {
  let installed: Installed;
  let hookwell: Hookwell;
  let scriptDir: string;

  beforeAll(async () => {
    scriptDir = await mkdtemp(join(tmpdir(), 'hookwell-script-'));
    installed = await mode.install({
      PROVIDERS_DIR: SCRIPTED_PROVIDERS,
      SCRIPT_DIR: scriptDir,
      RELAY_INTERVAL_MS: '50',
      LOG_LEVEL: 'info',
    });
    ({ hookwell } = installed);
    await createScriptedSource(hookwell);
  });

  afterAll(async () => {
    await installed.stop();
    await rm(scriptDir, { recursive: true });
  });

  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    hookwell.admin(path, { method, body });
  const steering = async (): Promise<Steering> => (await (await send('GET', '/steering')).json()) as Steering;
  const metrics = async (): Promise<string> => (await fetch(`${hookwell.url}/metrics`)).text();
  const attempts = (handler: string): Promise<Attempt[]> => attemptsOf(installed, handler);

  async function post(script: Script, count: number, orderingKey?: string): Promise<string[]> {
    const ids: string[] = [];
    for (let sent = 0; sent < count; sent += 1) {
      const { id, status } = await postScript(
        hookwell,
        script,
        orderingKey === undefined ? {} : { orderingKey },
      );
      expect(status).toBe(200);
      ids.push(id ?? '');
    }
    return ids;
  }

  async function statuses(ids: readonly string[]): Promise<string[]> {
    const events = await Promise.all(ids.map((id) => hookwell.event(id)));
    return [...new Set(events.map(({ status }) => status))];
  }

  describe.each([
    ['source', 'scripted'],
    ['provider', 'scripted'],
    ['handler', 'Scripted'],
  ])('a paused %s', (kind, name) => {
    it('is not processed, while accepting goes on, until it is resumed', async () => {
      const paused = await send('PUT', `/pauses/${kind}/${name}`, REASON);
      expect([paused.status, await paused.json()]).toMatchObject([200, { kind, name, ...REASON }]);
      const ids = await post('OK', 3);
      const held = async (): Promise<unknown> => (await steering()).pauses;
      await expect.poll(held).toMatchObject([{ kind, name, ...REASON, held: 3 }]);

      ids.push(...(await post('OK', 2)));
      await expect.poll(held).toMatchObject([{ kind, name, ...REASON, held: 5 }]);
      const stats = (await (await send('GET', '/stats')).json()) as { held: unknown };
      expect(stats.held).toEqual([{ reason: 'PAUSE', waitsFor: `${kind}:${name}`, operations: 5 }]);
      expect(await metrics()).toContain('hookwell_held_operations{reason="PAUSE"} 5');
      expect(await statuses(ids)).toEqual(['RECEIVED']);
      expect((await hookwell.event(ids[0] ?? '')).operations).toMatchObject([
        { handler: 'Scripted', status: 'PENDING', attempts: [] },
      ]);

      const resumed = await send('DELETE', `/pauses/${kind}/${name}`);
      expect([resumed.status, await resumed.json()]).toEqual([200, { kind, name, held: 5 }]);
      await expect.poll(() => statuses(ids)).toEqual(['PROCESSED']);
      expect((await steering()).pauses).toEqual([]);
      const again = await send('DELETE', `/pauses/${kind}/${name}`);
      expect([again.status, await again.json()]).toEqual([200, { kind, name, held: 0 }]);
    });
  });

  it('is paused through a restart', async () => {
    await send('PUT', '/pauses/source/scripted', REASON);
    const ids = await post('OK', 1);
    await hookwell.end('SIGTERM');
    await hookwell.restart();
    ids.push(...(await post('OK', 1)));
    await expect.poll(async () => (await steering()).pauses).toMatchObject([{ ...REASON, held: 2 }]);
    await send('DELETE', '/pauses/source/scripted');
    await expect.poll(() => statuses(ids)).toEqual(['PROCESSED']);
  });

  it('holds one handler of an event while the other runs', async () => {
    await send('PUT', '/pauses/handler/Scripted', REASON);
    const [id = ''] = await post('PAIR', 1);
    await expect
      .poll(async () => (await hookwell.event(id)).operations)
      .toMatchObject([
        { handler: 'Companion', status: 'SUCCEEDED' },
        { handler: 'Scripted', status: 'PENDING' },
      ]);
    expect((await hookwell.event(id)).status).toBe('RECEIVED');
    await send('DELETE', '/pauses/handler/Scripted');
    const event = await hookwell.settled(id);
    expect(event.operations.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
  });

  it('pauses and limits only what there is, and says what that is', async () => {
    const answer = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const response = await send(method, path, body);
      return [response.status, ((await response.json()) as { detail?: string }).detail];
    };
    expect(await answer('PUT', '/pauses/worker/x', REASON)).toEqual([
      400,
      'kind must be one of source, provider, handler.',
    ]);
    expect(await answer('PUT', '/limits/provider/scripted', { concurrency: 1 })).toEqual([
      400,
      'kind must be one of source, handler.',
    ]);
    expect(await answer('PUT', '/pauses/source/x', REASON)).toEqual([
      404,
      'There is no source named x; GET /sources lists those that there are.',
    ]);
    expect(await answer('DELETE', '/pauses/provider/nobody')).toEqual([
      404,
      'There is no provider named nobody; GET /providers lists those with a folder, GET /sources has those of your own.',
    ]);
    expect(await answer('PUT', '/limits/handler/x', { concurrency: 1 })).toEqual([
      404,
      expect.stringContaining('There is no handler named x; there are Companion, ') as string,
    ]);
    expect(await answer('PUT', '/pauses/source/scripted', {})).toEqual([
      400,
      'reason must be a text of 1 to 1000 characters.',
    ]);
    expect(await answer('PUT', '/limits/source/scripted', {})).toEqual([
      400,
      'Send concurrency, ratePerSecond or both; DELETE takes a limit away.',
    ]);
    for (const concurrency of [0, -1, 1.5, '5', null, 1e300]) {
      expect(await answer('PUT', '/limits/source/scripted', { concurrency, ratePerSecond: 1 })).toEqual([
        400,
        'concurrency must be a whole number from 1 to 1000000.',
      ]);
    }
    expect((await steering()).pauses).toEqual([]);
  });

  it('runs no more of a handler at once than it declares, and all in the end', async () => {
    const ids = (await Promise.all(Array.from({ length: 8 }, () => post('NARROW', 5)))).flat();
    await nothingUnderWay(installed.read);
    expect(await statuses(ids)).toEqual(['PROCESSED']);
    const made = await attempts('Narrow');
    expect([made.length, mostAtOnce(made)]).toEqual([40, 2]);
  });

  it('starts all in the end of a handler that may start some in a second', async () => {
    const ids = await post('PACED', 12);
    await expect.poll(steering).toMatchObject({
      limits: expect.arrayContaining([
        expect.objectContaining({ kind: 'handler', name: 'Paced', ratePerSecond: 5, setBy: 'HANDLER' }),
      ]) as unknown,
    });
    await nothingUnderWay(installed.read);
    expect(await statuses(ids)).toEqual(['PROCESSED']);
  });

  it('keeps to a limit that an admin has set, until it is taken away', async () => {
    const path = '/limits/source/scripted';
    const set = await send('PUT', path, { concurrency: 1 });
    const limit = { kind: 'source', name: 'scripted', ratePerSecond: null };
    expect(await set.json()).toEqual({ ...limit, concurrency: 1, setBy: 'ADMIN' });
    const ids = await post('HANG', 3);
    await expect
      .poll(async () => (await steering()).limits)
      .toMatchObject([{ ...limit, held: 2 }, {}, {}, {}]);
    const started = async (): Promise<number> =>
      (await installed.read<{ id: string }>("SELECT id FROM permits WHERE gate = 'source:scripted'")).length;
    expect(await started()).toBe(1);
    const gone = await send('DELETE', path);
    expect(await gone.json()).toEqual({ ...limit, concurrency: null, setBy: 'NOBODY' });
    await expect.poll(async () => (await send('GET', '/stats')).json()).toMatchObject({ held: [] });
    const keys = await Promise.all(ids.map(async (id) => (await hookwell.event(id)).idempotencyKey));
    for (const key of keys) await until(() => existsSync(join(scriptDir, `${key}.started`)));
    for (const key of keys) writeFileSync(join(scriptDir, `${key}.go`), '');
    await expect.poll(() => statuses(ids)).toEqual(['PROCESSED']);
  });

  describe('in lanes', () => {
    it('holds the first of a key and with it the others, and goes on in order', async () => {
      await send('PUT', '/pauses/handler/Strict', REASON);
      const ids = await post('TURN', 4, 'paused');
      await expect.poll(async () => (await steering()).pauses).toMatchObject([{ held: 1 }]);
      await send('DELETE', '/pauses/handler/Strict');
      await expect.poll(() => statuses(ids)).toEqual(['PROCESSED']);
      expect((await attempts('Strict')).map(({ event_id: id }) => id)).toEqual(ids);
    });

    it('runs no more at once than the handler declares, each key in order', async () => {
      const lanes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => post('TURN', 4, key)));
      await nothingUnderWay(installed.read);
      const made = await attempts('Strict');
      expect(mostAtOnce(made)).toBe(2);
      const ran = made.map(({ event_id: id }) => id);
      for (const ids of lanes) expect(ran.filter((id) => ids.includes(id))).toEqual(ids);
    });

    it('gives up a handler that does not answer in its time, and goes on', async () => {
      const ids = await post('MUTE', 2, 'mute');
      await expect.poll(() => statuses(ids)).toEqual(['FAILED']);
      for (const id of ids) {
        const { operations, idempotencyKey } = await hookwell.event(id);
        expect(operations[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['TIMED_OUT', 'TIMED_OUT']);
        const late = join(scriptDir, `${idempotencyKey}.late`);
        await until(() => existsSync(late));
        expect(readFileSync(late, 'utf8')).toBe('refused');
      }
    });
  });

  it('holds the operations of a handler that keeps failing, tries one, and lets them go when that succeeds', async () => {
    const breaker = async (): Promise<unknown> =>
      (await steering()).breakers.find(({ handler }) => handler === 'Fragile');
    const tries = async (): Promise<number> => (await attempts('Fragile')).length;
    const retryNow = (): Promise<unknown> => installed.read("UPDATE breakers SET retry_at = '2000-01-01'");
    expect(await breaker()).toMatchObject({ state: 'CLOSED', openedAt: null, retryAt: null });

    const [first = ''] = await post('FRAGILE', 1);
    await expect.poll(breaker).toMatchObject({ state: 'OPEN', held: 1 });
    const ids = [first, ...(await post('FRAGILE', 10))];
    await expect.poll(breaker).toMatchObject({ state: 'OPEN', held: 11 });
    expect(await tries()).toBe(3);
    expect(await metrics()).toContain('hookwell_breaker_state{handler="Fragile"} 1');
    expect(await metrics()).toContain('hookwell_breaker_trips_total{handler="Fragile"} 1');

    await retryNow();
    await expect.poll(tries).toBe(4);
    await expect.poll(breaker).toMatchObject({ state: 'OPEN', held: 11 });
    const { retryAt } = (await breaker()) as { retryAt: string };
    expect(new Date(retryAt).getFullYear()).toBeGreaterThan(2000);

    writeFileSync(join(scriptDir, 'fragile.works'), '');
    await retryNow();
    await expect.poll(() => statuses(ids)).toEqual(['PROCESSED']);
    await expect.poll(breaker).toMatchObject({ state: 'CLOSED', held: 0 });
    expect(await tries()).toBe(4 + 11);
    await expect
      .poll(() => hookwell.output.log.split('\n').filter((line) => line.includes('breaker')).length)
      .toBe(5);
  });
});

const [servers] = modes.filter((mode) => mode === onServers);

describe.skipIf(!servers)('a limit for two workers', () => {
  it('is never exceeded', async () => {
    const installed = await onServers.install({ PROVIDERS_DIR: SCRIPTED_PROVIDERS, RELAY_INTERVAL_MS: '50' });
    const second = await Hookwell.start(installed.environment);
    try {
      await createScriptedSource(installed.hookwell);
      await Promise.all(Array.from({ length: 60 }, () => postScript(installed.hookwell, 'NARROW')));
      await nothingUnderWay(installed.read);
      const made = await attemptsOf(installed, 'Narrow');
      expect([made.length, mostAtOnce(made)]).toEqual([60, 2]);
    } finally {
      await second.stop();
      await installed.stop();
    }
  });
});
