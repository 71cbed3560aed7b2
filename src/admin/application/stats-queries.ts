import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EventStatus } from '../../ingestion/domain/event-status.js';
import { Clock } from '../../platform/clock.js';
import { lowestId } from '../../platform/database/page.js';
import { fromSqlTime, type SqlRow } from '../../platform/database/sql-database.js';
import { Metrics, RECENT } from '../../platform/metrics/metrics.js';
import { type Percentiles, percentiles } from '../../platform/metrics/recent-values.js';
import { type BreakerStanding, Steering } from '../../processing/application/gates/steering.js';
import { type HeldCount, HeldQueries } from './held-queries.js';
import { SharedAnswer } from './shared-answer.js';

/** Counting every event costs a walk over the table: however many ask, it is done once in so many milliseconds. */
const COUNTS_MS = 2000;
/** Of a very large table it takes minutes; after more than these its connection must be lost. */
const LONGEST_COUNT_MS = 10 * 60_000;

export interface SourceCounts extends Record<EventStatus, number> {
  readonly source: string;
  readonly unhandled: number;
  /** FAILED events that nobody has discarded. */
  readonly deadLetters: number;
}

const NONE = { RECEIVED: 0, PROCESSED: 0, FAILED: 0, unhandled: 0, deadLetters: 0 } as const;

export interface OldestWaiting {
  readonly id: string;
  readonly receivedAt: Date;
  readonly ageSeconds: number;
}

export interface Stats {
  readonly sources: SourceCounts[];
  readonly oldestWaiting: OldestWaiting | null;
  readonly held: readonly HeldCount[];
  readonly breakers: readonly BreakerStanding[];
  readonly latency: { readonly acceptMs: Percentiles; readonly endToEndMs: Percentiles };
}

/** How the installation is doing, from the database, and for accepting from this process's memory. */
@Injectable()
export class StatsQueries {
  private readonly counts: SharedAnswer<SourceCounts[]>;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(HeldQueries) private readonly heldQueries: HeldQueries,
    @Inject(Steering) private readonly steering: Steering,
  ) {
    this.counts = new SharedAnswer(clock, COUNTS_MS, LONGEST_COUNT_MS, () => this.count());
  }

  async stats(): Promise<Stats> {
    const [sources, oldestWaiting, endToEndMs, held] = await Promise.all([
      this.counts.get(),
      this.oldestWaiting(),
      this.endToEnd(),
      this.heldQueries.byGate(),
    ]);
    const acceptMs = this.metrics.recentAccepts.percentiles(this.clock.now());
    return {
      sources,
      oldestWaiting,
      held,
      breakers: this.steering.breakers(),
      latency: { acceptMs, endToEndMs },
    };
  }

  /** The RECEIVED event that arrived first, or null when nothing waits. */
  async oldestWaiting(): Promise<OldestWaiting | null> {
    const [row] = await this.rows(
      `SELECT id, received_at FROM events WHERE status = 'RECEIVED' ORDER BY id LIMIT 1`,
    );
    const receivedAt = fromSqlTime(row?.['received_at']);
    if (!row || !receivedAt) return null;
    const ageSeconds = (this.clock.now().getTime() - receivedAt.getTime()) / 1000;
    return { id: row['id'] as string, receivedAt, ageSeconds };
  }

  private async count(): Promise<SourceCounts[]> {
    const rows = await this.rows(
      `SELECT source, status, COUNT(*) AS events, SUM(unhandled) AS unhandled,
         SUM(CASE WHEN discarded_at IS NULL THEN 0 ELSE 1 END) AS discarded
       FROM events
       GROUP BY source, status ORDER BY source`,
    );
    const bySource = new Map<string, SourceCounts>();
    for (const row of rows) {
      const source = row['source'] as string;
      const status = row['status'] as EventStatus;
      const events = Number(row['events']);
      const counts = bySource.get(source) ?? { source, ...NONE };
      bySource.set(source, {
        ...counts,
        [status]: events,
        unhandled: counts.unhandled + Number(row['unhandled']),
        deadLetters: status === 'FAILED' ? events - Number(row['discarded']) : counts.deadLetters,
      });
    }
    return [...bySource.values()];
  }

  private async endToEnd(): Promise<Percentiles> {
    const since = new Date(this.clock.now().getTime() - RECENT.windowMs);
    const rows = await this.rows(
      `SELECT received_at, processed_at FROM events
       WHERE id >= ? AND status = 'PROCESSED' AND run = 0 ORDER BY id DESC LIMIT ${RECENT.capacity}`,
      [lowestId(since)],
    );
    return percentiles(
      rows.map(
        (row) =>
          (fromSqlTime(row['processed_at'])?.getTime() ?? 0) -
          (fromSqlTime(row['received_at'])?.getTime() ?? 0),
      ),
    );
  }

  private rows(sql: string, parameters: readonly string[] = []): Promise<SqlRow[]> {
    return this.dataSource.query(sql, [...parameters]);
  }
}
