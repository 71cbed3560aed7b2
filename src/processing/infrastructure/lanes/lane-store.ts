import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock.js';
import { SqlDatabase, sqlList, toSqlTime } from '../../../platform/database/sql-database.js';
import type { Lane } from '../../domain/lane.js';
import { WorkerLease } from '../worker-lease.js';

/** Lanes: who has them, and for how long. */
@Injectable()
export class LaneStore {
  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
  ) {}

  /** Lanes whose holder has died or that have something to do by now, for this worker. */
  async takeDue(most: number): Promise<Lane[]> {
    const { holder, now, end } = this.lease.now();
    return this.database.transaction(async (session) => {
      const rows = await session.all(
        `SELECT id, source, ordering_key FROM lanes WHERE due_at <= ? ORDER BY due_at LIMIT ${most}
         ${this.database.dialect.lockSkippingLocked}`,
        [now],
      );
      if (rows.length === 0) return [];
      const ids = sqlList(rows.map((row) => row['id'] as string));
      await session.run(`UPDATE lanes SET holder = ?, due_at = ? WHERE id IN (${ids.placeholders})`, [
        holder,
        end,
        ...ids.values,
      ]);
      return rows.map((row) => ({
        id: row['id'] as string,
        source: row['source'] as string,
        orderingKey: row['ordering_key'] as string,
      }));
    });
  }

  /** Frees all lanes that a process before this one has left in its hands, where there can be no other. */
  async recover(): Promise<void> {
    if (!this.database.exclusive) return;
    await this.database.transaction((session) =>
      session.run('UPDATE lanes SET holder = NULL, due_at = ? WHERE holder IS NOT NULL', [
        toSqlTime(this.clock.now()),
      ]),
    );
  }

  /** Keeps lanes in hand from being taken by another worker. */
  async renew(laneIds: readonly string[], leaseEnd: string): Promise<void> {
    if (laneIds.length === 0) return;
    const ids = sqlList(laneIds);
    await this.database.transaction((session) =>
      session.run(`UPDATE lanes SET due_at = ? WHERE id IN (${ids.placeholders}) AND holder = ?`, [
        leaseEnd,
        ...ids.values,
        this.lease.holder,
      ]),
    );
  }

  /** Gives lanes up unfinished, so that any worker takes them at once. */
  async handBack(laneIds: readonly string[]): Promise<void> {
    if (laneIds.length === 0) return;
    const ids = sqlList(laneIds);
    await this.database.transaction((session) =>
      session.run(
        `UPDATE lanes SET holder = NULL, due_at = ? WHERE id IN (${ids.placeholders}) AND holder = ?`,
        [toSqlTime(this.clock.now()), ...ids.values, this.lease.holder],
      ),
    );
  }
}
