import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../platform/clock.js';
import {
  SqlDatabase,
  sqlList,
  type SqlRow,
  type SqlSession,
  type SqlValue,
  toSqlTime,
} from '../../platform/database/sql-database.js';
import { WorkerLease } from '../../processing/infrastructure/worker-lease.js';
import type { Replay } from '../domain/replay.js';
import { ReplayEntity } from './replay.entity.js';
import { replayOf } from './replay-rows.js';
import { replayableEvents } from './replayable-events.js';
import { restartEvents } from './restart-events.js';

/** Replays looked after by one worker at once; others are another worker's, or wait. */
const MOST_IN_HAND = 16;

/** Replays of many events, as workers run them: each in one worker's hands at a time. */
@Injectable()
export class ReplayLeases {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
  ) {}

  /** Takes replays that nobody runs, or whose worker has died, for this worker. */
  async takeFree(): Promise<Pick<Replay, 'id' | 'ratePerSecond'>[]> {
    const { holder, now, end } = this.lease.now();
    return this.database.transaction(async (session) => {
      const rows = await session.all(
        `SELECT id, rate_per_second FROM replays WHERE due_at <= ? ORDER BY due_at LIMIT ${MOST_IN_HAND}
         ${this.database.dialect.lockSkippingLocked}`,
        [now],
      );
      if (rows.length === 0) return [];
      const ids = sqlList(rows.map((row) => row['id'] as string));
      await session.run(`UPDATE replays SET holder = ?, due_at = ? WHERE id IN (${ids.placeholders})`, [
        holder,
        end,
        ...ids.values,
      ]);
      return rows.map((row) => ({
        id: row['id'] as string,
        ratePerSecond: Number(row['rate_per_second']),
      }));
    });
  }

  /**
   * Replays the next events of a replay that this worker has, and renews its lease. The cursor moves with the events, so that whoever
   * goes on after a crash replays none of them again.
   * @param most events at once
   * @returns false when there is nothing to go on with: it is done, was cancelled, or is another worker's
   */
  async advance(id: string, most: number): Promise<boolean> {
    const { holder } = this.lease;
    const entity = await this.dataSource
      .getRepository(ReplayEntity)
      .findOneBy({ id, holder, status: 'RUNNING' });
    if (!entity) return false;
    const replay = replayOf(entity);
    const next = await this.next(replay, most);
    return this.database.transaction(async (session) => {
      const [row] = await session.all(
        `SELECT total, replayed FROM replays WHERE id = ? AND holder = ? AND status = 'RUNNING' ${this.database.dialect.lock}`,
        [id, holder],
      );
      if (!row) return false;
      const eventIds = await this.lockUnchanged(session, replay, next);
      await restartEvents(
        session,
        this.database.dialect,
        eventIds,
        replay.scope,
        toSqlTime(this.clock.now()),
      );
      const replayed = Number(row['replayed']) + eventIds.length;
      const goesOn = next.length === most;
      if (goesOn) await this.moveOn(session, id, next.at(-1) ?? null, replayed);
      else await this.finish(session, row, id, next.at(-1) ?? replay.cursor, replayed);
      return goesOn;
    });
  }

  /** Gives replays up unfinished, so that any worker takes them at once. */
  async handBack(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const list = sqlList(ids);
    await this.database.transaction((session) =>
      session.run(
        `UPDATE replays SET holder = NULL, due_at = ? WHERE id IN (${list.placeholders}) AND holder = ?`,
        [toSqlTime(this.clock.now()), ...list.values, this.lease.holder],
      ),
    );
  }

  /** Makes those free that a process before this one has left in its hands, where there can be no other. */
  async recover(): Promise<void> {
    if (!this.database.exclusive) return;
    await this.database.transaction((session) =>
      session.run('UPDATE replays SET holder = NULL, due_at = ? WHERE holder IS NOT NULL', [
        toSqlTime(this.clock.now()),
      ]),
    );
  }

  private async next(replay: Replay, most: number): Promise<string[]> {
    const query = replayableEvents(this.dataSource, replay)
      .select('event.id', 'id')
      .andWhere('event.id <= :upTo', { upTo: replay.upTo })
      .orderBy('event.id')
      .limit(most);
    if (replay.cursor !== null) query.andWhere('event.id > :cursor', { cursor: replay.cursor });
    return (await query.getRawMany<{ id: string }>()).map(({ id }) => id);
  }

  /** Those of some events that it is still about; nobody can change them any more. */
  private async lockUnchanged(
    session: SqlSession,
    replay: Replay,
    eventIds: readonly string[],
  ): Promise<string[]> {
    if (eventIds.length === 0) return [];
    const [sql, values] = replayableEvents(this.dataSource, replay)
      .select('event.id', 'id')
      .andWhere('event.id IN (:...ids)', { ids: sqlList(eventIds).values })
      .getQueryAndParameters() as [string, SqlValue[]];
    const rows = await session.all(`${sql} ${this.database.dialect.lock}`, values);
    return rows.map((row) => row['id'] as string);
  }

  private async moveOn(
    session: SqlSession,
    id: string,
    cursor: string | null,
    replayed: number,
  ): Promise<void> {
    await session.run('UPDATE replays SET cursor_id = ?, replayed = ?, due_at = ? WHERE id = ?', [
      cursor,
      replayed,
      this.lease.end(),
      id,
    ]);
  }

  private async finish(
    session: SqlSession,
    { total }: SqlRow,
    id: string,
    cursor: string | null,
    replayed: number,
  ): Promise<void> {
    // By two processes' clocks an event may have ended in time that was not counted.
    const skipped = Math.max(0, Number(total) - replayed);
    await session.run(
      `UPDATE replays SET status = 'DONE', cursor_id = ?, replayed = ?, skipped = ?, finished_at = ?, holder = NULL, due_at = NULL
       WHERE id = ?`,
      [cursor, replayed, skipped, toSqlTime(this.clock.now()), id],
    );
  }
}
