import { Inject, Injectable } from '@nestjs/common';
import { NaturalBatcher } from '../../../platform/batching/natural-batcher.js';
import { SqlDatabase, sqlList, type SqlSession } from '../../../platform/database/sql-database.js';
import type { Lane } from '../../domain/lane.js';
import { WorkerLease } from '../worker-lease.js';
import { lanesOfOne, lockLanes, takeFreeLanes } from './lane-rows.js';

/** A claimed event on its way into its lane. */
export interface Entrant {
  readonly eventId: string;
  readonly lane: Lane;
  /** Whether it can have its turn at once where it is alone; not where it depends on what the lane's other events have come to. */
  readonly goesAlone: boolean;
}

/**
 * What an entrant finds. ALONE: the lane is ours for it alone, and its turn has come. TAKEN: the lane is ours, and the event waits in it.
 * WAITS: it waits in a lane that somebody else goes through.
 */
export type Entrance = 'ALONE' | 'TAKEN' | 'WAITS';

/** Lets events into their lanes, together with whatever else is on its way: a key of its own is the rule, and has to cost little. */
@Injectable()
export class LaneEntrance {
  private readonly entrants = new NaturalBatcher<Entrant, Entrance>(
    { batchSize: 128, inFlight: 2, waiting: 100_000 },
    (batch) => this.enterBatch(batch),
  );

  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
  ) {}

  enter(entrant: Entrant): Promise<Entrance> {
    return this.entrants.add(entrant);
  }

  private enterBatch(batch: readonly Entrant[]): Promise<Entrance[]> {
    return this.database.transaction(async (session) => {
      const lanes = batch.map(({ lane }) => lane);
      await lockLanes(session, this.database.dialect, lanes);
      const taken = await takeFreeLanes(session, lanes, this.lease.now());
      const alone = await lanesOfOne(
        session,
        this.database.dialect,
        batch.filter(({ lane, goesAlone }) => goesAlone && taken.has(lane.id)).map(({ lane }) => lane.id),
      );
      const entrances = batch.map(({ lane }): Entrance => {
        if (alone.has(lane.id)) return 'ALONE';
        return taken.delete(lane.id) ? 'TAKEN' : 'WAITS';
      });
      await this.waitInLane(
        session,
        batch.filter((_, index) => entrances[index] !== 'ALONE').map(({ eventId }) => eventId),
      );
      return entrances;
    });
  }

  private async waitInLane(session: SqlSession, eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    const ids = sqlList(eventIds);
    await session.run(
      `UPDATE events SET holder = NULL, due_at = NULL, claims = claims - 1
       WHERE id IN (${ids.placeholders}) AND holder = ?`,
      [...ids.values, this.lease.holder],
    );
  }
}
