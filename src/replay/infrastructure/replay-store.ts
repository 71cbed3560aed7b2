import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../platform/clock.js';
import { newestFirst, type Page, type PageBounds } from '../../platform/database/page.js';
import { SqlDatabase, toSqlTime } from '../../platform/database/sql-database.js';
import type { Replay, ReplayPlan } from '../domain/replay.js';
import { ReplayEntity } from './replay.entity.js';
import { filterJson, replayOf } from './replay-rows.js';
import { replayableEvents, type ReplaySelection } from './replayable-events.js';

/** Replays of many events, as people give and follow them. */
@Injectable()
export class ReplayStore {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** How many events a replay would be about, and the last of them. */
  async count(selection: ReplaySelection): Promise<Pick<ReplayPlan, 'total' | 'upTo'>> {
    const row = await replayableEvents(this.dataSource, selection)
      .select('COUNT(*)', 'total')
      .addSelect('MAX(event.id)', 'last')
      .getRawOne<{ total: number | string; last: string | null }>();
    return { total: Number(row?.total), upTo: row?.last ?? null };
  }

  /** Starts a replay, and does nothing where it has been started already. */
  async start(plan: ReplayPlan): Promise<Replay> {
    const { onTakenKey } = this.database.dialect;
    const now = toSqlTime(this.clock.now());
    await this.database.transaction((session) =>
      session.run(
        `INSERT INTO replays (id, created_at, filter, scope, rate_per_second, up_to, total, status, started_at, due_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'RUNNING', ?, ?) ${onTakenKey('id')} total = total`,
        [
          plan.id,
          toSqlTime(plan.countedAt),
          filterJson(plan.filter),
          plan.scope,
          plan.ratePerSecond,
          plan.upTo,
          plan.total,
          now,
          now,
        ],
      ),
    );
    const started = await this.find(plan.id);
    if (!started) throw new Error(`replay ${plan.id} is missing after its start`);
    return started;
  }

  async find(id: string): Promise<Replay | null> {
    const entity = await this.dataSource.getRepository(ReplayEntity).findOneBy({ id });
    return entity && replayOf(entity);
  }

  /** Newest first. */
  async list(bounds: PageBounds): Promise<Page<Replay>> {
    const query = this.dataSource.getRepository(ReplayEntity).createQueryBuilder('replay');
    const { items, next } = await newestFirst(query, bounds);
    return { items: items.map(replayOf), next };
  }

  /** Stops a replay that is RUNNING; when this resolves, no further event is replayed by it. */
  async cancel(id: string): Promise<void> {
    await this.database.transaction((session) =>
      session.run(
        `UPDATE replays SET status = 'CANCELLED', cancelled_at = ?, holder = NULL, due_at = NULL WHERE id = ? AND status = 'RUNNING'`,
        [toSqlTime(this.clock.now()), id],
      ),
    );
  }
}
