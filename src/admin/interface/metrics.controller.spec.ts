import { describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { EventQueue } from '../../platform/queue/event-queue.js';
import type { Steering } from '../../processing/application/gates/steering.js';
import type { HeldQueries } from '../application/held-queries.js';
import type { StatsQueries } from '../application/stats-queries.js';
import { MetricsController } from './metrics.controller.js';

describe('GET /metrics', () => {
  it('reads its gauges once a second at most, however many ask it', async () => {
    let now = 0;
    const metrics = new Metrics();
    const depth = vi.fn(() => Promise.resolve(3));
    const oldestWaiting = vi.fn(() => Promise.resolve({ ageSeconds: 7 }));
    new MetricsController(
      metrics,
      { depth } as unknown as EventQueue,
      { oldestWaiting } as unknown as StatsQueries,
      { now: () => new Date(now) },
      { byReason: () => Promise.resolve({ PAUSE: 4 }) } as unknown as HeldQueries,
      { breakers: () => [{ handler: 'RecordOrder', state: 'HALF_OPEN' }] } as unknown as Steering,
    ).onModuleInit();
    const texts = await Promise.all([metrics.text(), metrics.text()]);
    now += 1000;
    texts.push(await metrics.text());
    for (const text of texts) {
      expect(text).toContain('hookwell_queue_depth 3');
      expect(text).toContain('hookwell_oldest_waiting_seconds 7');
      expect(text).toContain('hookwell_held_operations{reason="PAUSE"} 4');
      expect(text).toContain('hookwell_breaker_state{handler="RecordOrder"} 2');
    }
    expect([depth.mock.calls.length, oldestWaiting.mock.calls.length]).toEqual([1, 1]);
    now += 1;
    await metrics.text();
    expect([depth.mock.calls.length, oldestWaiting.mock.calls.length]).toEqual([2, 2]);
  });
});
