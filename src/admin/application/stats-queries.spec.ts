import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { Steering } from '../../processing/application/gates/steering.js';
import type { HeldQueries } from './held-queries.js';
import { StatsQueries } from './stats-queries.js';

const MINUTE = 60_000;

describe('StatsQueries', () => {
  it('does not count the events anew while it still counts them', async () => {
    let now = 0;
    const counts: ((rows: object[]) => void)[] = [];
    const query = (sql: string): Promise<object[]> =>
      sql.includes('COUNT(*)') ? new Promise((resolve) => counts.push(resolve)) : Promise.resolve([]);
    const queries = new StatsQueries(
      { query } as unknown as DataSource,
      { now: () => new Date(now) },
      new Metrics(),
      { byGate: () => Promise.resolve([]) } as unknown as HeldQueries,
      { breakers: () => [] } as unknown as Steering,
    );
    const asked = [queries.stats()];
    now += MINUTE;
    asked.push(queries.stats());
    expect(counts).toHaveLength(1);
    counts[0]?.([{ source: 'stripe', status: 'PROCESSED', events: '2', unhandled: '1' }]);
    for (const { sources } of await Promise.all(asked)) {
      expect(sources).toEqual([
        { source: 'stripe', RECEIVED: 0, PROCESSED: 2, FAILED: 0, unhandled: 1, deadLetters: 0 },
      ]);
    }
    now += MINUTE;
    void queries.stats();
    expect(counts).toHaveLength(2);
    counts[1]?.([]);
  });
});
