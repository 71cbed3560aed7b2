import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { Rejection } from '../domain/rejection.js';
import type { RejectionStore } from '../infrastructure/rejection-store.js';
import { Rejections } from './rejections.js';

const FLUSH_MS = 1000;

const rejection = (detail: string, reason = 'missing_header'): Rejection => ({
  at: new Date(0),
  reason,
  detail,
  remoteAddress: '203.0.113.7',
  headerNames: '[]',
  size: 0,
});

describe('Rejections', () => {
  let rejections: Rejections;
  let metrics: Metrics;
  /** The details of each flush. */
  let written: string[][];
  let pruned: string[][];
  let failure: Error | undefined;
  const warnings = vi.spyOn(Logger.prototype, 'warn');

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    warnings.mockReset().mockReturnValue();
    [written, pruned, failure] = [[], [], undefined];
    metrics = new Metrics();
    const store = {
      add: (bySource: ReadonlyMap<string, readonly Rejection[]>) => {
        if (failure) return Promise.reject(failure);
        written.push([...bySource.values()].flat().map(({ detail }) => detail));
        return Promise.resolve();
      },
      prune: (sources: Iterable<string>) => {
        pruned.push([...sources]);
        return Promise.resolve();
      },
    };
    rejections = new Rejections(
      { REJECTIONS_KEPT: 3 },
      { now: () => new Date() },
      metrics,
      store as unknown as RejectionStore,
    );
    rejections.onApplicationBootstrap();
  });

  afterEach(async () => {
    await rejections.beforeApplicationShutdown();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  const dropped = async (): Promise<number> =>
    Number(/^hookwell_rejections_dropped_total (\d+)$/m.exec(await metrics.text())?.[1]);

  it('writes a burst down once, the newest of each source, and nothing while nothing comes', async () => {
    for (let index = 0; index < 5000; index += 1) rejections.note('one', rejection(String(index)));
    rejections.note('two', rejection('x'));
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(FLUSH_MS);
    await vi.advanceTimersByTimeAsync(5 * FLUSH_MS);
    expect(written).toEqual([['4997', '4998', '4999', 'x']]);
    expect(pruned).toEqual([['one', 'two']]);
    expect(await dropped()).toBe(0);
  });

  it('drops and counts what cannot be written down, says so once, and goes on', async () => {
    failure = new Error('away');
    for (const detail of ['1', '2']) {
      rejections.note('one', rejection(detail));
      await vi.advanceTimersByTimeAsync(FLUSH_MS);
    }
    expect(await dropped()).toBe(2);
    const told = warnings.mock.calls.flat().filter((line) => String(line).includes('away'));
    expect(told).toEqual(['rejections not written down: away']);
    failure = undefined;
    rejections.note('one', rejection('3'));
    await vi.advanceTimersByTimeAsync(FLUSH_MS);
    expect(written).toEqual([['3']]);
  });

  it('drops and counts what is beyond the bound of memory', async () => {
    for (let source = 0; source < 1000; source += 1) {
      for (const detail of ['1', '2', '3']) rejections.note(String(source), rejection(detail));
    }
    expect(await dropped()).toBe(1000);
  });

  it('writes down what is left when it stops, and stops also where that fails', async () => {
    rejections.note('one', rejection('last'));
    await rejections.beforeApplicationShutdown();
    expect(written).toEqual([['last']]);
    failure = new Error('away');
    rejections.note('one', rejection('later'));
    await rejections.beforeApplicationShutdown();
    expect(await dropped()).toBe(1);
  });

  it('logs the first of each source and reason in ten seconds', async () => {
    const lines = (): unknown[] => warnings.mock.calls.flat();
    for (let index = 0; index < 100; index += 1) rejections.note('one', rejection(String(index)));
    rejections.note('one', rejection('0', 'stale_timestamp'));
    rejections.note('two', rejection('0'));
    expect(lines()).toEqual([
      { message: 'request refused: 0', source: 'one', reason: 'missing_header' },
      { message: 'request refused: 0', source: 'one', reason: 'stale_timestamp' },
      { message: 'request refused: 0', source: 'two', reason: 'missing_header' },
    ]);
    await vi.advanceTimersByTimeAsync(10_000);
    rejections.note('one', rejection('100'));
    expect(lines()).toHaveLength(4);
  });
});
