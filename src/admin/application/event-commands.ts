import { Inject, Injectable } from '@nestjs/common';
import type { EventStatus, ReplayScope } from '../../ingestion/domain/event-status.js';
import { Clock } from '../../platform/clock.js';
import {
  fromSqlTime,
  SqlDatabase,
  type SqlRow,
  type SqlSession,
  toSqlTime,
} from '../../platform/database/sql-database.js';
import { laneOf } from '../../processing/domain/lane.js';
import { lockLanes, wakeLanes } from '../../processing/infrastructure/lanes/lane-rows.js';
import { restartEvents } from '../../replay/infrastructure/restart-events.js';

export type ReplayOutcome = 'REPLAYED' | 'NO_EVENT' | 'UNDER_WAY' | 'NOTHING_FAILED';
export type DiscardOutcome = 'DISCARDED' | 'NO_EVENT' | 'IN_HAND' | 'PROCESSED';

/** What people do with single events. */
@Injectable()
export class EventCommands {
  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Makes an event that has ended due again, as a new run. */
  async replay(id: string, scope: ReplayScope): Promise<ReplayOutcome> {
    return this.database.transaction(async (session) => {
      const row = await this.lock(session, id);
      if (!row) return 'NO_EVENT';
      const status = row['status'] as EventStatus;
      if (status === 'RECEIVED') return 'UNDER_WAY';
      if (scope === 'FAILED' && status === 'PROCESSED') return 'NOTHING_FAILED';
      await restartEvents(session, this.database.dialect, [id], scope, toSqlTime(this.clock.now()));
      return 'REPLAYED';
    });
  }

  /** Gives an event up that has FAILED, or that waits in nobody's hands: it is FAILED then, and holds up none of its key. */
  async discard(id: string, reason: string): Promise<DiscardOutcome> {
    return this.database.transaction(async (session) => {
      const [known] = await session.all('SELECT source, ordering_key, status FROM events WHERE id = ?', [id]);
      if (!known) return 'NO_EVENT';
      const now = toSqlTime(this.clock.now());
      const lane = known['status'] === 'RECEIVED' ? laneOfRow(known) : null;
      const lanes = lane ? [lane] : [];
      await lockLanes(session, this.database.dialect, lanes);
      const row = await this.lock(session, id);
      const outcome = row ? this.discardable(row, known) : 'NO_EVENT';
      if (outcome === 'DISCARDED') {
        await session.run(
          `UPDATE events SET status = 'FAILED', discarded_at = ?, discard_reason = ?, failed_at = COALESCE(failed_at, ?), holder = NULL,
             due_at = NULL
           WHERE id = ?`,
          [now, reason, now, id],
        );
        await session.run('DELETE FROM holds WHERE event_id = ?', [id]);
      }
      await wakeLanes(session, lanes, now);
      return outcome;
    });
  }

  private discardable({ status, holder, due_at: dueAt }: SqlRow, known: SqlRow): DiscardOutcome {
    if (status === 'PROCESSED') return 'PROCESSED';
    if (status === 'FAILED') return 'DISCARDED';
    // Just replayed: what it does in its lane is not ours to decide without the lane's lock.
    if (known['status'] !== 'RECEIVED') return 'IN_HAND';
    const leaseEnd = fromSqlTime(dueAt);
    const isInHand =
      holder !== null && holder !== 'queue' && leaseEnd !== null && leaseEnd > this.clock.now();
    return isInHand ? 'IN_HAND' : 'DISCARDED';
  }

  private async lock(session: SqlSession, id: string): Promise<SqlRow | undefined> {
    const [row] = await session.all(
      `SELECT status, holder, due_at FROM events WHERE id = ? ${this.database.dialect.lock}`,
      [id],
    );
    return row;
  }
}

function laneOfRow(row: SqlRow): ReturnType<typeof laneOf> {
  return laneOf({ source: row['source'] as string, orderingKey: row['ordering_key'] as string | null });
}
