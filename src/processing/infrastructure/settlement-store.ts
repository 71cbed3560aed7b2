import { Inject, Injectable } from '@nestjs/common';
import { NaturalBatcher } from '../../platform/batching/natural-batcher.js';
import { Clock } from '../../platform/clock.js';
import {
  type OpenTransaction,
  SqlDatabase,
  sqlList,
  type SqlSession,
  toSqlTime,
} from '../../platform/database/sql-database.js';
import type { Attempt } from '../domain/attempt.js';
import { LeaseLostError } from '../domain/claimed-event.js';
import type { Applied, Settled, Settlement } from '../domain/settlement.js';
import { advancePositions, insertAttempts, replaceHolds } from './history-rows.js';
import { leaveLanes, lockLanes, takeFreeLanes } from './lanes/lane-rows.js';
import { WorkerLease } from './worker-lease.js';

const ERROR_COLUMN = 1000;
const MEBIBYTE = 1024 * 1024;
const PROCESSED = `status = 'PROCESSED', processed_at = ?, holder = NULL, due_at = NULL, last_error = NULL, unhandled = 0, malformed = 0`;

/** A success that is recorded in its handler's own transaction. */
export interface RecordedSuccess {
  readonly attempt: Attempt;
  readonly applied: readonly Applied[];
  /** Where it was all that the event waited for, so that the event is PROCESSED with it. */
  readonly endsEvent: { readonly hasHolds: boolean } | null;
}

/** Records what has come of claimed events, each together with whatever else is waiting for the same. */
@Injectable()
export class SettlementStore {
  private readonly settlements: NaturalBatcher<Settlement, Settled>;

  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
  ) {
    this.settlements = new NaturalBatcher<Settlement, Settled>(
      {
        batchSize: 128,
        inFlight: 2,
        waiting: 100_000,
        weight: {
          of: weightOf,
          most: Math.min(4 * MEBIBYTE, database.largestValue),
          waiting: Number.POSITIVE_INFINITY,
        },
        isFaultOfItem: (error) => database.isFaultOfData(error),
      },
      (batch) => this.settleBatch(batch),
    );
  }

  /** Records attempts and the event's new state in one transaction. */
  settle(settlement: Settlement): Promise<Settled> {
    return this.settlements.add(settlement);
  }

  /**
   * Records a success inside the handler's own transaction, and where it was all that the event waited for, that the event is PROCESSED.
   * @throws LeaseLostError when the event is no longer ours; roll back then
   */
  async recordInTransaction({ session }: OpenTransaction, success: RecordedSuccess): Promise<void> {
    const { attempt, applied, endsEvent } = success;
    const { eventId } = attempt;
    if (endsEvent) {
      if (!(await this.endEvent(session, eventId))) throw new LeaseLostError(eventId);
      await replaceHolds(session, this.database.dialect, endsEvent.hasHolds ? [eventId] : [], []);
    } else {
      const owned = await this.owned(session, [eventId]);
      if (!owned.has(eventId)) throw new LeaseLostError(eventId);
      // Whoever has the event next has to know of it, however this one ends.
      await session.run('UPDATE events SET has_history = 1 WHERE id = ?', [eventId]);
    }
    await insertAttempts(session, [attempt]);
    await advancePositions(session, this.database.dialect, applied);
  }

  private async settleBatch(batch: readonly Settlement[]): Promise<Settled[]> {
    return this.database.transaction(async (session) => {
      const [only] = batch;
      if (only && batch.length === 1 && isItsOwnAffair(only)) return [await this.settleOne(session, only)];
      const entered = batch.flatMap(({ entersLane }) => entersLane ?? []);
      const left = batch.flatMap(({ leavesLane }) => leavesLane ?? []);
      await lockLanes(session, this.database.dialect, [...entered, ...left]);
      const owned = await this.owned(
        session,
        batch.map(({ eventId }) => eventId),
      );
      const ours = batch.filter(({ eventId }) => owned.has(eventId));
      await this.recordHistory(session, ours);
      await this.updateEvents(session, ours);
      const taken = await takeFreeLanes(session, entered, this.lease.now());
      const kept = await leaveLanes(session, this.database.dialect, left);
      return batch.map(({ eventId, entersLane, leavesLane }) => ({
        ours: owned.has(eventId),
        // Of several events of one lane the first one's caller gets it.
        lane:
          (entersLane && taken.delete(entersLane.id) && entersLane) ||
          (leavesLane && kept.delete(leavesLane.id) && leavesLane) ||
          null,
      }));
    });
  }

  /** In as few statements as there can be: the turns of a lane are settled one by one, each waiting for the one before. */
  private async settleOne(session: SqlSession, settlement: Settlement): Promise<Settled> {
    const ours = await this.endEvent(session, settlement.eventId);
    if (ours) await this.recordHistory(session, [settlement]);
    return { ours, lane: null };
  }

  /** Makes an event PROCESSED; gives whether it was still ours. */
  private async endEvent(session: SqlSession, eventId: string): Promise<boolean> {
    const changed = await session.run(`UPDATE events SET ${PROCESSED} WHERE id = ? AND holder = ?`, [
      toSqlTime(this.clock.now()),
      eventId,
      this.lease.holder,
    ]);
    return changed > 0;
  }

  private async recordHistory(session: SqlSession, settlements: readonly Settlement[]): Promise<void> {
    await insertAttempts(
      session,
      settlements.flatMap(({ attempts }) => attempts),
    );
    const held = settlements.filter(({ holds }) => holds !== null);
    await replaceHolds(
      session,
      this.database.dialect,
      held.map(({ eventId }) => eventId),
      held.flatMap(({ holds }) => holds ?? []),
    );
    await advancePositions(
      session,
      this.database.dialect,
      settlements.flatMap(({ applied }) => applied),
    );
  }

  private async updateEvents(session: SqlSession, settlements: readonly Settlement[]): Promise<void> {
    const plain = settlements.filter(isPlainSuccess);
    if (plain.length > 0) {
      const ids = sqlList(plain.map(({ eventId }) => eventId));
      await session.run(`UPDATE events SET ${PROCESSED} WHERE id IN (${ids.placeholders})`, [
        toSqlTime(this.clock.now()),
        ...ids.values,
      ]);
    }
    for (const settlement of settlements) {
      if (!isPlainSuccess(settlement)) await this.updateOne(session, settlement);
    }
  }

  private async updateOne(session: SqlSession, settlement: Settlement): Promise<void> {
    // One of several operations may have failed in an earlier claim: what was said of it then still holds.
    const lastError = settlement.status === 'PROCESSED' ? '?' : 'COALESCE(?, last_error)';
    const now = toSqlTime(this.clock.now());
    await session.run(
      `UPDATE events SET status = ?, processed_at = ?, failed_at = ?, holder = NULL, due_at = ?, last_error = ${lastError}, unhandled = ?,
         malformed = ?, claims = CASE WHEN ? = 1 THEN 0 ELSE claims - 1 END, has_history = 1
       WHERE id = ?`,
      [
        settlement.status,
        settlement.status === 'PROCESSED' ? now : null,
        settlement.status === 'FAILED' ? now : null,
        settlement.dueAt && toSqlTime(settlement.dueAt),
        settlement.error?.slice(0, ERROR_COLUMN) ?? null,
        Number(settlement.unhandled),
        Number(settlement.malformed),
        Number(settlement.hasWorked),
        settlement.eventId,
      ],
    );
  }

  private async owned(session: SqlSession, eventIds: readonly string[]): Promise<Set<string>> {
    const { byIndex, lock } = this.database.dialect;
    const ids = sqlList(eventIds);
    const rows = await session.all(
      `SELECT id FROM events ${byIndex('PRIMARY')} WHERE id IN (${ids.placeholders}) AND holder = ? ${lock}`,
      [...ids.values, this.lease.holder],
    );
    return new Set(rows.map((row) => row['id'] as string));
  }
}

/** About how many bytes a settlement adds to a statement. */
function weightOf({ attempts }: Settlement): number {
  return attempts.reduce(
    (sum, { result, error }) => sum + 512 + 3 * ((result?.length ?? 0) + (error?.length ?? 0)),
    0,
  );
}

/** A success that concerns nobody but its event. */
function isItsOwnAffair(settlement: Settlement): boolean {
  return isPlainSuccess(settlement) && !settlement.entersLane && !settlement.leavesLane;
}

function isPlainSuccess({ status, unhandled }: Settlement): boolean {
  return status === 'PROCESSED' && !unhandled;
}
