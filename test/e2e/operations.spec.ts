import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventView } from '../support/hookwell.js';
import { SCRIPTED_PROVIDERS } from '../support/installation.js';
import { createScriptedSource, postScript, type Script, until } from '../support/load.js';
import { type Installed, modes } from '../support/modes.js';

const ISO_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

describe.each(modes)('what handlers come to, $mode', (mode) => {
  let installed: Installed;
  let scriptDir: string;

  beforeAll(async () => {
    scriptDir = await mkdtemp(join(tmpdir(), 'hookwell-script-'));
    installed = await mode.install({
      PROVIDERS_DIR: SCRIPTED_PROVIDERS,
      SCRIPT_DIR: scriptDir,
      RELAY_INTERVAL_MS: '50',
      LOG_LEVEL: 'info',
    });
    await createScriptedSource(installed.hookwell);
  });

  afterAll(async () => {
    await installed.stop();
    await rm(scriptDir, { recursive: true });
  });

  async function run(script: Script, rest?: Parameters<typeof postScript>[2]): Promise<EventView> {
    const { id } = await postScript(installed.hookwell, script, rest);
    return installed.hookwell.settled(id ?? '');
  }

  const outcomes = (event: EventView): Record<string, string[]> =>
    Object.fromEntries(
      event.operations.map(({ handler, attempts }) => [handler, attempts.map(({ outcome }) => outcome)]),
    );

  const ledger = (id: string): Promise<unknown[]> =>
    installed.read(`SELECT attempt FROM scripted_ledger WHERE event_id = '${id}'`);

  it('keeps the result of a success: handler, attempt, start, duration, JSON', async () => {
    const event = await run('OK');
    expect(event).toMatchObject({ status: 'PROCESSED', lastError: null });
    expect(event.operations).toEqual([
      {
        handler: 'Scripted',
        status: 'SUCCEEDED',
        result: { script: 'OK', attempt: 1 },
        waitingFor: null,
        attempts: [
          {
            run: 0,
            replay: false,
            attempt: 1,
            outcome: 'SUCCEEDED',
            startedAt: ISO_TIME,
            durationMs: expect.any(Number) as number,
            result: { script: 'OK', attempt: 1 },
            error: null,
            retryAt: null,
          },
        ],
      },
    ]);
  });

  it('keeps every failed attempt with its stack, and fails when the attempts that the handler declares are used up', async () => {
    const event = await run('ERROR');
    expect(event.status).toBe('FAILED');
    expect(event.lastError).toContain('as the script says');
    const attempts = event.operations[0]?.attempts ?? [];
    expect(attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'ERRORED'],
      [2, 'ERRORED'],
      [3, 'ERRORED'],
      [4, 'ERRORED'],
    ]);
    for (const { error } of attempts) {
      expect(error).toMatch(/^Error: as the script says\n\s+at Scripted\.handle .*scripted\.handler\.js/);
    }
    expect(attempts.map(({ retryAt }) => retryAt)).toEqual([ISO_TIME, ISO_TIME, ISO_TIME, null]);
  });

  it('tries again what fails for a while', async () => {
    const event = await run('LATER', { times: 2 });
    expect(event).toMatchObject({ status: 'PROCESSED', lastError: null });
    expect(outcomes(event)).toEqual({ Scripted: ['ERRORED', 'ERRORED', 'SUCCEEDED'] });
  });

  it('does not try again what a handler rejects', async () => {
    const event = await run('REJECT');
    expect(event.status).toBe('FAILED');
    expect(outcomes(event)).toEqual({ Scripted: ['REJECTED'] });
  });

  it('gives up a handler that does not answer in its time, and lets it write nothing any more', async () => {
    const key = `silent ${mode.mode}`;
    const event = await run('SILENT', { key });
    expect(event.status).toBe('FAILED');
    expect(outcomes(event)).toEqual({ Silent: ['TIMED_OUT', 'TIMED_OUT'] });
    expect(event.lastError).toContain('no result within 100 ms');
    const late = join(scriptDir, `${key}.late`);
    await until(() => existsSync(late));
    expect(readFileSync(late, 'utf8')).toBe('refused');
    expect(await ledger(event.id)).toEqual([]);
  });

  it('opens no transaction for a handler that has ended already, and goes on', async () => {
    const key = `stray ${mode.mode}`;
    const event = await run('STRAY', { key });
    await until(() => existsSync(join(scriptDir, `${key}.refused`)));
    expect(await ledger(event.id)).toEqual([]);
    expect((await run('TX')).status).toBe('PROCESSED');
  });

  it('refuses a result that is too long to be one, and takes one that JSON has no word for as none', async () => {
    const huge = await run('HUGE');
    expect(outcomes(huge)).toEqual({ Scripted: ['REJECTED'] });
    expect(huge.lastError).toContain('the result has 1000002 bytes of JSON and at most 262144 are kept');
    const odd = await run('ODD');
    expect(odd.operations).toMatchObject([{ status: 'SUCCEEDED', result: null }]);
  });

  it('tells what was thrown although it is no error', async () => {
    const event = await run('NOTHING');
    expect(event).toMatchObject({ status: 'FAILED', lastError: '[Object: null prototype] {}' });
  });

  describe('with two handlers for one event', () => {
    it('runs them at the same time', async () => {
      const event = await run('MEET');
      expect(outcomes(event)).toEqual({ Scripted: ['SUCCEEDED'], Companion: ['SUCCEEDED'] });
    });

    it('tries only the failed one again, and is PROCESSED when both have succeeded', async () => {
      const event = await run('PAIR', { companion: 'LATER', times: 2 });
      expect(event.status).toBe('PROCESSED');
      expect(outcomes(event)).toEqual({
        Scripted: ['SUCCEEDED'],
        Companion: ['ERRORED', 'ERRORED', 'SUCCEEDED'],
      });
    });

    it('is FAILED when one cannot succeed, and keeps what the other did', async () => {
      const event = await run('PAIR', { companion: 'REJECT' });
      expect(event.status).toBe('FAILED');
      expect(event.lastError).toContain('the companion rejects');
      expect(outcomes(event)).toEqual({ Scripted: ['SUCCEEDED'], Companion: ['REJECTED'] });
    });
  });

  it('replays a FAILED event, and none that is still under way', async () => {
    const { hookwell } = installed;
    const failed = await run('REJECT');
    const replay = (id: string): Promise<Response> =>
      hookwell.admin(`/events/${id}/replay`, { method: 'POST' });
    expect((await replay(failed.id)).status).toBe(202);
    const again = await hookwell.settled(failed.id);
    expect(again).toMatchObject({ status: 'FAILED', replays: 1 });
    expect(again.operations[0]?.attempts.map(({ run: nth, attempt }) => [nth, attempt])).toEqual([
      [0, 1],
      [1, 1],
    ]);

    const { id, key } = await postScript(hookwell, 'HANG');
    await until(() => existsSync(join(scriptDir, `${key}.started`)));
    const refused = await replay(id ?? '');
    expect([refused.status, await refused.json()]).toEqual([
      409,
      expect.objectContaining({ detail: expect.stringContaining('still under way') as string }),
    ]);
    const stats = (await (await hookwell.admin('/stats')).json()) as {
      oldestWaiting: { id: string; ageSeconds: number } | null;
    };
    expect(stats.oldestWaiting).toMatchObject({ id });
    expect(stats.oldestWaiting?.ageSeconds).toBeGreaterThan(0);
    const metrics = await (await fetch(`${hookwell.url}/metrics`)).text();
    expect(Number(/^hookwell_oldest_waiting_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
    writeFileSync(join(scriptDir, `${key}.go`), '');
    expect((await hookwell.settled(id ?? '')).status).toBe('PROCESSED');
  });

  it('counts failures, retries and what nobody handles, in the metrics and by source', async () => {
    const { hookwell } = installed;
    const counters = async (): Promise<number[]> => {
      const text = await (await fetch(`${hookwell.url}/metrics`)).text();
      return ['failed', 'retried', 'unhandled'].map((name) =>
        Number(new RegExp(`^hookwell_${name}_total{provider="scripted"} (\\d+)$`, 'm').exec(text)?.[1] ?? 0),
      );
    };
    const [failed = 0, retried = 0, unhandled = 0] = await counters();
    const events = [
      await run('REJECT'),
      await run('LATER', { times: 2 }),
      await run('UNHEARD_OF'),
      await run('UNHEARD_OF'),
    ];
    expect(events.map((event) => [event.status, event.unhandled])).toEqual([
      ['FAILED', false],
      ['PROCESSED', false],
      ['PROCESSED', true],
      ['PROCESSED', true],
    ]);
    await expect.poll(counters).toEqual([failed + 1, retried + 2, unhandled + 2]);

    const [row] = await installed.read<{ n: number }>(
      "SELECT COUNT(*) AS n FROM events WHERE status = 'FAILED'",
    );
    const counted = async (): Promise<unknown> =>
      ((await (await hookwell.admin('/stats')).json()) as { sources: unknown[] }).sources;
    await expect
      .poll(counted)
      .toEqual([expect.objectContaining({ source: 'scripted', RECEIVED: 0, FAILED: row?.n, unhandled: 2 })]);
  });

  it('logs a failure and a retry with event id, source and handler, and never what was thrown', async () => {
    const event = await run('ERROR');
    const lines = (): Record<string, unknown>[] =>
      installed.hookwell.output.log
        .split('\n')
        .filter((line) => line.includes(event.id))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const retry = { eventId: event.id, source: 'scripted', level: 'warn', handler: 'Scripted' };
    await expect
      .poll(lines)
      .toMatchObject([retry, retry, retry, { eventId: event.id, source: 'scripted', level: 'error' }]);
  });
});
