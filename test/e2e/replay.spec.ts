import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { github, sign } from 'hookwell/signatures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventView } from '../support/hookwell.js';
import { until } from '../support/load.js';
import { type Installed, modes } from '../support/modes.js';

const SOURCE = 'replayed';
const SECRET = 'a secret of the replayed provider';
const ISO_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

interface Answer<T = Readonly<Record<string, unknown>>> {
  readonly status: number;
  readonly body: T;
}

interface ReplayView {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  readonly replayed: number;
}

describe.each(modes)('replay and discard, $mode', (mode) => {
  let installed: Installed;
  let scriptDir: string;

  beforeAll(async () => {
    scriptDir = await mkdtemp(join(tmpdir(), 'hookwell-script-'));
    installed = await mode.install({
      PROVIDERS_DIR: resolve('test/support/replayed-provider'),
      SCRIPT_DIR: scriptDir,
      RELAY_INTERVAL_MS: '50',
    });
    const body = { name: SOURCE, provider: 'replayed', secret: SECRET };
    await installed.hookwell.admin('/sources', { method: 'POST', body });
  });

  afterAll(async () => {
    await installed.stop();
    await rm(scriptDir, { recursive: true });
  });

  const file = (key: string, suffix: string): string => join(scriptDir, `${key}.${suffix}`);

  async function post(type: string, rest: object = {}, key: string = randomUUID()): Promise<string> {
    const rawBody = Buffer.from(JSON.stringify({ id: key, type, ...rest }));
    const headers = sign(github, { id: key, now: new Date(), rawBody }, SECRET);
    const response = await installed.hookwell.post(SOURCE, rawBody, { ...headers });
    return ((await response.json()) as { id: string }).id;
  }

  async function ask<T = Readonly<Record<string, unknown>>>(path: string, body?: object): Promise<Answer<T>> {
    const response = await installed.hookwell.admin(path, { method: 'POST', ...(body && { body }) });
    return { status: response.status, body: (await response.json()) as T };
  }

  async function get<T>(path: string): Promise<T> {
    return (await (await installed.hookwell.admin(path)).json()) as T;
  }

  const settled = (id: string): Promise<EventView> => installed.hookwell.settled(id);
  const attempts = (event: EventView): Record<string, unknown[]> =>
    Object.fromEntries(
      event.operations.map((operation) => [
        operation.handler,
        operation.attempts.map(({ run, outcome }) => `${run} ${outcome}`),
      ]),
    );
  const ledger = async (id: string): Promise<string[]> => {
    const sql = `SELECT handler FROM replayed_ledger WHERE event_id = '${id}' ORDER BY handler`;
    return (await installed.read<{ handler: string }>(sql)).map(({ handler }) => handler);
  };

  /** A pair of which the second operation has failed. */
  async function halfFailed(): Promise<{ id: string; key: string }> {
    const key = randomUUID();
    writeFileSync(file(key, 'broken'), '');
    const id = await post('pair', {}, key);
    expect(await settled(id)).toMatchObject({ status: 'FAILED' });
    return { id, key };
  }

  describe('of one event', () => {
    it('runs only what has failed where that is asked for, and tells so', async () => {
      const { id, key } = await halfFailed();
      expect((await ask(`/events/${id}/replay`, { scope: 'FAILED' })).status).toBe(202);
      expect(await settled(id)).toMatchObject({ status: 'FAILED', replays: 1, replayScope: 'FAILED' });
      rmSync(file(key, 'broken'));
      expect(await ask(`/events/${id}/replay`, { scope: 'FAILED' })).toEqual({
        status: 202,
        body: { id, status: 'RECEIVED' },
      });
      const event = await settled(id);
      expect(event).toMatchObject({ status: 'PROCESSED', replays: 2, lastError: null, failedAt: null });
      expect(attempts(event)).toEqual({
        First: ['0 SUCCEEDED'],
        Second: ['0 ERRORED', '1 ERRORED', '2 SUCCEEDED'],
      });
      expect(event.operations).toMatchObject([
        { status: 'SUCCEEDED', attempts: [{ replay: false }], result: { replay: false } },
        {
          status: 'SUCCEEDED',
          attempts: [{ replay: false }, { replay: true }, { replay: true, attempt: 1 }],
          result: { replay: true, dryRun: false },
        },
      ]);
      expect(await ledger(id)).toEqual(['First', 'Second']);
      expect(await ask(`/events/${id}/replay`, { scope: 'FAILED' })).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('nothing of it has failed') as string },
      });
    });

    it('runs everything again otherwise, and builds on the newest success after that', async () => {
      const { id, key } = await halfFailed();
      expect((await ask(`/events/${id}/replay`)).status).toBe(202);
      expect(attempts(await settled(id))).toEqual({
        First: ['0 SUCCEEDED', '1 SUCCEEDED'],
        Second: ['0 ERRORED', '1 ERRORED'],
      });
      rmSync(file(key, 'broken'));
      await ask(`/events/${id}/replay`, { scope: 'FAILED' });
      expect(attempts(await settled(id))).toEqual({
        First: ['0 SUCCEEDED', '1 SUCCEEDED'],
        Second: ['0 ERRORED', '1 ERRORED', '2 SUCCEEDED'],
      });
      expect(await ledger(id)).toEqual(['First', 'First', 'Second']);
    });

    it.each([
      [{ scope: 'failed' }, 'scope must be one of ALL, FAILED.'],
      [{ dryRun: 'yes' }, 'dryRun must be true or false.'],
      [{ colour: 'red' }, 'colour is unknown; there are scope, dryRun.'],
    ])('refuses %j', async (body, detail) => {
      const id = await post('unheard.of');
      await settled(id);
      expect(await ask(`/events/${id}/replay`, body)).toMatchObject({ status: 400, body: { detail } });
    });
  });

  describe('run dry', () => {
    const nothing = { result: null, error: null, sideEffect: null, rowsChanged: [] };
    const durationMs = expect.any(Number) as number;
    const table = 'replayed_ledger';

    it('says what each handler would do, and stores nothing', async () => {
      const id = await post('outcomes');
      const key = (await settled(id)).idempotencyKey;
      const stored = async (): Promise<unknown[]> => [
        await installed.read('SELECT * FROM side_effects'),
        await installed.read(`SELECT * FROM attempts WHERE event_id = '${id}' ORDER BY handler`),
        await installed.read(`SELECT * FROM events WHERE id = '${id}'`),
        await ledger(id),
      ];
      const before = await stored();
      const dry = await ask(`/events/${id}/replay`, { dryRun: true });
      const operations = [
        {
          ...{ handler: 'Writes', outcome: 'SUCCEEDED', result: { attempt: 1, replay: true } },
          rowsChanged: [{ table, rows: 4 }],
        },
        { handler: 'Calls', outcome: 'WOULD_CALL', sideEffect: 'charge' },
        {
          ...{ handler: 'Rejects', outcome: 'REJECTED', error: error('it must not be') },
          rowsChanged: [{ table, rows: 1 }],
        },
        { handler: 'PutsOff', outcome: 'LATER', error: error('after 5000 ms: not yet') },
        { handler: 'Throws', outcome: 'ERRORED', error: error('as it says\n') },
        { handler: 'Hangs', outcome: 'TIMED_OUT', error: error('within 100 ms') },
        { handler: 'Drops', outcome: 'ERRORED', error: error('cannot undo DROP') },
        { handler: 'Outside', outcome: 'NOT_RUN', error: error('transaction: false') },
        { handler: 'Remembers', outcome: 'SUCCEEDED', result: { greeted: true } },
      ].map((operation) => ({ ...nothing, durationMs, ...operation }));
      expect(dry).toEqual({ status: 200, body: { id, malformed: false, operations } });
      expect(await stored()).toEqual(before);
      expect([existsSync(file(key, 'charged')), existsSync(file(key, 'outside'))]).toEqual([false, false]);
    });

    it('leaves out what a replay of what has failed would not run', async () => {
      const { id, key } = await halfFailed();
      rmSync(file(key, 'broken'));
      const all = await ask(`/events/${id}/replay`, { dryRun: true });
      const succeeds = { outcome: 'SUCCEEDED', rowsChanged: [{ table, rows: 1 }] };
      expect(all.body).toMatchObject({ operations: [succeeds, succeeds] });
      const failed = await ask(`/events/${id}/replay`, { dryRun: true, scope: 'FAILED' });
      expect(failed.body).toMatchObject({
        operations: [{ handler: 'First', outcome: 'NOT_RUN', error: error('it has succeeded') }, succeeds],
      });
      expect(await settled(id)).toMatchObject({ status: 'FAILED', replays: 0 });
      expect(await ledger(id)).toEqual(['First']);
    });

    it('can be done of an event that is under way, and of one that nobody handles', async () => {
      const key = randomUUID();
      const underWay = await post('wait', {}, key);
      await until(() => existsSync(file(key, 'started')));
      writeFileSync(file(key, 'go'), '');
      const dry = await ask(`/events/${underWay}/replay`, { dryRun: true });
      expect(dry.body).toMatchObject({ operations: [{ handler: 'Waits', outcome: 'SUCCEEDED' }] });
      const unheardOf = await ask(`/events/${await post('unheard.of')}/replay`, { dryRun: true });
      expect(unheardOf.body).toMatchObject({ malformed: false, operations: [] });
      expect(await ask(`/events/${randomUUID()}/replay`, { dryRun: true })).toMatchObject({ status: 404 });
    });

    it('is no replay where dryRun or scope is null', async () => {
      const { id } = await halfFailed();
      const said = async (body: object): Promise<unknown> => (await ask(`/events/${id}/replay`, body)).body;
      expect(await said({ dryRun: null })).toMatchObject({ detail: 'dryRun must be true or false.' });
      expect(await said({ scope: null })).toMatchObject({ detail: 'scope must be one of ALL, FAILED.' });
      expect(await settled(id)).toMatchObject({ status: 'FAILED', replays: 0 });
    });

    it('goes on twice at a time, and is bounded', async () => {
      const id = await post('slow');
      await settled(id);
      const answers = await Promise.all([1, 2, 3].map(() => ask(`/events/${id}/replay`, { dryRun: true })));
      const statuses = answers.map(({ status }) => status).toSorted();
      // On SQLite the audit has to wait for the first one's transaction, so that they may come one after the other.
      expect(statuses.slice(0, 2)).toEqual([200, 200]);
      expect(mode.mode === 'embedded' ? [200, 503] : [503]).toContain(statuses[2]);
      const says = mode.mode === 'embedded' ? 'open for over 1000 ms' : 'no result within 3000 ms';
      for (const { status, body } of answers) {
        if (status === 200) {
          expect(body).toMatchObject({ operations: [{ outcome: 'TIMED_OUT', error: error(says) }] });
        }
      }
      expect((await ask(`/events/${id}/replay`, { dryRun: true })).status).toBe(200);
    });
  });

  describe('of many events', () => {
    it('is counted, confirmed, followed and listed', async () => {
      const broken = [await halfFailed(), await halfFailed(), await halfFailed()];
      for (const { key } of broken) rmSync(file(key, 'broken'));
      const discarded = await halfFailed();
      await ask(`/events/${discarded.id}/discard`, { reason: 'not this one' });
      const body = { source: SOURCE, type: 'pair', status: 'FAILED', scope: 'FAILED', ratePerSecond: 1000 };
      const counted = await ask<{ count: number; confirm: string }>('/events/replay', body);
      expect(counted).toEqual({
        status: 200,
        body: { count: counted.body.count, confirm: expect.any(String) as string, expiresAt: ISO_TIME },
      });
      expect(counted.body.count).toBeGreaterThanOrEqual(3);
      const { confirm } = counted.body;
      const started = await ask<ReplayView>('/events/replay', { ...body, confirm });
      const { scope, ratePerSecond, ...filter } = body;
      expect(started).toMatchObject({
        status: 202,
        body: {
          filter,
          scope,
          ratePerSecond,
          total: counted.body.count,
          finishedAt: null,
          cancelledAt: null,
        },
      });
      const { id } = started.body;
      expect(await ask('/events/replay', { ...body, confirm })).toMatchObject({ status: 202, body: { id } });
      await expect
        .poll(() => get(`/replays/${id}`))
        .toMatchObject({ status: 'DONE', replayed: counted.body.count, skipped: 0, finishedAt: ISO_TIME });
      for (const one of broken) {
        await until(async () => (await installed.hookwell.event(one.id)).status === 'PROCESSED');
        expect(await installed.hookwell.event(one.id)).toMatchObject({ replays: 1, replayScope: 'FAILED' });
        expect(await ledger(one.id)).toEqual(['First', 'Second']);
      }
      expect(await settled(discarded.id)).toMatchObject({ status: 'FAILED', replays: 0 });
      const list = await get<{ replays: ReplayView[]; nextCursor: string | null }>('/replays?limit=1');
      expect(list).toMatchObject({ replays: [{ id }], nextCursor: null });
      expect(await ask(`/replays/${id}/cancel`)).toMatchObject({ status: 409 });
    });

    it('keeps the order of the events of one key', async () => {
      const key = randomUUID();
      const ids: string[] = [];
      for (let n = 0; n < 5; n += 1) ids.push(await post('ordered', { key }));
      for (const id of ids) expect(await settled(id)).toMatchObject({ status: 'PROCESSED' });
      const body = { type: 'ordered', ratePerSecond: 10_000 };
      const { confirm } = (await ask<{ confirm: string }>('/events/replay', body)).body;
      expect(await ask('/events/replay', { ...body, confirm })).toMatchObject({
        status: 202,
        body: { total: 5 },
      });
      const again = async (id: string): Promise<EventView> => {
        await until(async () => (await installed.hookwell.event(id)).replays === 1);
        return settled(id);
      };
      const times: number[] = [];
      for (const id of ids) {
        const { startedAt = '', durationMs = 0 } = (await again(id)).operations[0]?.attempts[1] ?? {};
        times.push(Date.parse(startedAt), Date.parse(startedAt) + durationMs);
      }
      // Each begins after the one before has ended.
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times).toHaveLength(10);
    });

    it('can be cancelled', async () => {
      for (let n = 0; n < 3; n += 1) await settled(await post('many'));
      const body = { type: 'many', ratePerSecond: 1 };
      const { confirm } = (await ask<{ confirm: string }>('/events/replay', body)).body;
      const { id } = (await ask<ReplayView>('/events/replay', { ...body, confirm })).body;
      const cancelled = await ask<ReplayView>(`/replays/${id}/cancel`);
      expect(cancelled).toMatchObject({
        status: 200,
        body: { id, status: 'CANCELLED', cancelledAt: ISO_TIME },
      });
      expect(await ask(`/replays/${id}/cancel`)).toEqual(cancelled);
      expect(await get(`/replays/${id}`)).toEqual(cancelled.body);
    });

    it.each([
      [{}, 'at least one of status, source, type, unhandled, discarded, from, to'],
      [{ scope: 'ALL', ratePerSecond: 5 }, 'at least one of status'],
      [{ status: 'RECEIVED' }, 'status must be one of PROCESSED, FAILED: what is under way'],
      [{ type: 'a', scope: 'SOME' }, 'scope must be one of ALL, FAILED.'],
      [{ type: 'a', ratePerSecond: 0 }, 'ratePerSecond must be a whole number from 1 to 10000.'],
      [{ type: 'a', ratePerSecond: 10_001 }, 'ratePerSecond must be'],
      [{ type: 'a', ratePerSecond: 1.5 }, 'ratePerSecond must be'],
      [{ type: 'a', from: 'monday' }, 'from must be a date'],
      [{ unhandled: 'true' }, 'unhandled must be true or false.'],
      [{ type: '' }, 'type must be an event type'],
      [{ type: 'a', confirm: 'x' }, 'confirm is no token of this installation'],
      [{ type: 'a', confirm: 7 }, 'confirm must be the text'],
      [{ status: null }, 'status must be one of PROCESSED, FAILED'],
      [{ type: 'a', from: null }, 'from must be a date'],
      [{ type: 'a', confirm: null }, 'confirm must be the text'],
      [{ type: 'a', limit: 5 }, 'limit is unknown; there are scope, ratePerSecond, confirm, status,'],
    ])('refuses %j', async (body, says) => {
      const answer = await ask<{ detail: string }>('/events/replay', body);
      expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(says)]);
    });

    it('is not found where there is none', async () => {
      const id = randomUUID();
      const detail = `There is no replay ${id}; GET /replays lists those that there are.`;
      expect(await get(`/replays/${id}`)).toMatchObject({ status: 404, detail });
      expect(await ask(`/replays/${id}/cancel`)).toMatchObject({ status: 404, body: { detail } });
      expect(await get('/replays/x')).toMatchObject({ detail: 'id must be the UUID of a replay.' });
    });
  });

  describe('what an event waits for', () => {
    it('is shown, and those behind a discarded one go on', async () => {
      const key = randomUUID();
      const first = await post('line', { key, late: true });
      await expect
        .poll(() => installed.hookwell.event(first))
        .toMatchObject({ status: 'RECEIVED', waitingFor: 'later: the bank is closed', deadline: ISO_TIME });
      expect((await installed.hookwell.event(first)).operations).toEqual([
        {
          ...{ handler: 'InLine', status: 'PENDING', result: null, attempts: [] },
          waitingFor: {
            ...{ reason: 'LATER', for: 'the bank is closed', since: ISO_TIME },
            ...{ deadline: ISO_TIME, nextAt: ISO_TIME },
          },
        },
      ]);
      const second = await post('line', { key });
      const inLine = { status: 'RECEIVED', waitingFor: 'its turn', deadline: null, nextAttemptAt: null };
      await expect.poll(() => installed.hookwell.event(second)).toMatchObject(inLine);
      const listed = await get<{ events: { id: string }[] }>('/events?type=line&status=RECEIVED');
      expect(listed.events).toMatchObject([
        { id: second, ...inLine },
        { id: first, waitingFor: 'later: the bank is closed', deadline: ISO_TIME },
      ]);
      const reason = 'the bank is gone';
      expect(await ask(`/events/${first}/discard`, { reason })).toEqual({
        status: 200,
        body: { id: first, status: 'FAILED', discardReason: reason },
      });
      expect(await settled(second)).toMatchObject({ status: 'PROCESSED' });
      expect(await settled(first)).toMatchObject({
        ...{ status: 'FAILED', discardedAt: ISO_TIME, discardReason: reason, failedAt: ISO_TIME },
        ...{ waitingFor: null, deadline: null, operations: [] },
      });
    });

    it('names the event types that have to come first', async () => {
      const id = await post('paid', { key: randomUUID() });
      await expect
        .poll(() => installed.hookwell.event(id))
        .toMatchObject({ status: 'RECEIVED', waitingFor: 'opened', deadline: ISO_TIME });
      expect((await installed.hookwell.event(id)).operations).toMatchObject([
        { handler: 'Paid', status: 'PENDING', waitingFor: { reason: 'PREREQUISITE', for: 'opened' } },
      ]);
    });
  });

  describe('discard', () => {
    it('takes a dead letter out of those that wait for a person', async () => {
      const { id } = await halfFailed();
      const deadLetters = async (): Promise<[number, number]> => {
        const { sources } = await get<{ sources: { FAILED: number; deadLetters: number }[] }>('/stats');
        return [sources[0]?.FAILED ?? 0, sources[0]?.deadLetters ?? 0];
      };
      const dead = async (discarded: boolean): Promise<string[]> => {
        const path = `/events?status=FAILED&limit=200&discarded=${discarded}`;
        return (await get<{ events: { id: string }[] }>(path)).events.map((event) => event.id);
      };
      expect(await dead(false)).toContain(id);
      const [row] = await installed.read<{ n: number }>(
        "SELECT COUNT(*) AS n FROM events WHERE status = 'FAILED'",
      );
      const failed = Number(row?.n);
      await expect.poll(async () => (await deadLetters())[0]).toBe(failed);
      const [, before] = await deadLetters();
      expect((await ask(`/events/${id}/discard`, { reason: 'paid by hand' })).status).toBe(200);
      await expect.poll(deadLetters).toEqual([failed, before - 1]);
      expect(await dead(false)).not.toContain(id);
      expect(await dead(true)).toContain(id);
      const event = await settled(id);
      expect(event).toMatchObject({ discardReason: 'paid by hand', lastError: error('Error: broken') });
      expect(event.operations).toMatchObject([
        { status: 'SUCCEEDED' },
        { status: 'FAILED', attempts: [{ outcome: 'ERRORED', error: error('at ') }] },
      ]);
    });

    it('refuses what a worker has in hand, and what is PROCESSED', async () => {
      const key = randomUUID();
      const id = await post('wait', {}, key);
      await until(() => existsSync(file(key, 'started')));
      const discard = (): Promise<Answer> => ask(`/events/${id}/discard`, { reason: 'x' });
      expect(await discard()).toMatchObject({ status: 409, body: { detail: error('in hand') } });
      writeFileSync(file(key, 'go'), '');
      expect(await settled(id)).toMatchObject({ status: 'PROCESSED' });
      expect(await discard()).toMatchObject({ status: 409, body: { detail: error('is PROCESSED') } });
    });

    it.each([[{}], [{ reason: '' }], [{ reason: 'x'.repeat(1001) }], [{ reason: 7 }]])(
      'refuses %.40j',
      async (body) => {
        expect(await ask(`/events/${randomUUID()}/discard`, body)).toMatchObject({
          status: 400,
          body: { detail: 'reason must be a text of 1 to 1000 characters.' },
        });
      },
    );

    it('does not find what is not there', async () => {
      expect(await ask(`/events/${randomUUID()}/discard`, { reason: 'x' })).toMatchObject({ status: 404 });
    });
  });
});

const error = (text: string): unknown => expect.stringContaining(text);
