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
import { type ClaimedEvent, isSuspect, LeaseLostError } from '../domain/claimed-event.js';
import type { Applied, Settled, Settlement } from '../domain/settlement.js';
import { advancePositions, insertAttempts, replaceHolds } from './history-rows.js';
import { leaveLanes, lockLanes, takeFreeLanes } from './lanes/lane-rows.js';
import { CLAIMED_COLUMNS, claimedEvents } from './processing-rows.js';
import { WorkerLease } from './worker-lease.js';

const ERROR_COLUMN = 1000;
const MEBIBYTE = 1024 * 1024;
const PROCESSED = `status = 'PROCESSED', processed_at = ?, holder = NULL, due_at = NULL, last_error = NULL, unhandled = 0, malformed = 0`;
const LIMITS = { batchSize: 128, inFlight: 2, waiting: 100_000 } as const;

/** A success that is recorded in its handler's own transaction. */
export interface RecordedSuccess {
  readonly attempt: Attempt;
  readonly applied: readonly Applied[];
  /** Where it was all that the event waited for, so that the event is PROCESSED with it. */
  readonly endsEvent: { readonly hasHolds: boolean } | null;
}

/** A claim's outcome: the event; null when it is done, not due, or in another's hands; SUSPECT when it is to be claimed alone. */
export type Claimed = ClaimedEvent | 'SUSPECT' | null;

/** Claims events and settles them, each together with whatever else is waiting for the same. */
@Injectable()
export class ProcessingStore {
  private readonly claims = new NaturalBatcher<string, Claimed>(LIMITS, (ids) => this.claimBatch(ids));
  private readonly settlements: NaturalBatcher<Settlement, Settled>;

  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
  ) {
    this.settlements = new NaturalBatcher<Settlement, Settled>(
      {
        ...LIMITS,
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

  /** Takes the event for this process, unless it is a suspect. */
  claim(eventId: string): Promise<Claimed> {
    return this.claims.add(eventId);
  }

  /** Takes the event for this process, suspect or not. */
  async claimAlone(eventId: string): Promise<ClaimedEvent | null> {
    const [claimed] = await this.take([eventId], () => true);
    return claimed === 'SUSPECT' || claimed === undefined ? null : claimed;
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
      const changed = await session.run(`UPDATE events SET ${PROCESSED} WHERE id = ? AND holder = ?`, [
        toSqlTime(this.clock.now()),
        eventId,
        this.lease.holder,
      ]);
      if (changed === 0) throw new LeaseLostError(eventId);
      await replaceHolds(session, endsEvent.hasHolds ? [eventId] : [], []);
    } else {
      const owned = await this.owned(session, [eventId]);
      if (!owned.has(eventId)) throw new LeaseLostError(eventId);
    }
    await insertAttempts(session, [attempt]);
    await advancePositions(session, this.database.dialect, applied);
  }

  /** The body of an event whose claim has not brought it along. */
  async readBody(eventId: string): Promise<Buffer> {
    const [row] = await this.database.transaction((session) =>
      session.all('SELECT body FROM event_payloads WHERE event_id = ?', [eventId]),
    );
    return row?.['body'] as Buffer;
  }

  /** Keeps events in hand from being handed to another worker. */
  async renewLeases(eventIds: readonly string[], leaseEnd: string): Promise<void> {
    if (eventIds.length === 0) return;
    const ids = sqlList(eventIds);
    await this.database.transaction((session) =>
      session.run(`UPDATE events SET due_at = ? WHERE id IN (${ids.placeholders}) AND holder = ?`, [
        leaseEnd,
        ...ids.values,
        this.lease.holder,
      ]),
    );
  }

  /** Gives up a claim that came to nothing, as if there had been none; the event is due again at the given time. */
  async postpone(eventId: string, dueAt: Date, why: string): Promise<void> {
    await this.database.transaction((session) =>
      session.run(
        `UPDATE events SET holder = NULL, due_at = ?, claims = claims - 1, last_error = ? WHERE id = ? AND holder = ?`,
        [toSqlTime(dueAt), why, eventId, this.lease.holder],
      ),
    );
  }

  /** Gives up events that this process was handed or has claimed, so that a relay hands them over at once. */
  async handBack(eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    const ids = sqlList(eventIds);
    await this.database.transaction((session) =>
      session.run(
        `UPDATE events SET claims = CASE WHEN holder = ? THEN claims - 1 ELSE claims END, holder = NULL, due_at = ?
         WHERE id IN (${ids.placeholders}) AND status = 'RECEIVED' AND holder IN ('queue', ?)`,
        [this.lease.holder, toSqlTime(this.clock.now()), ...ids.values, this.lease.holder],
      ),
    );
  }

  /** Makes all unfinished events due that a process before this one has left in its hands, where there can be no other. */
  async recover(): Promise<void> {
    if (!this.database.exclusive) return;
    await this.database.transaction((session) =>
      session.run(
        `UPDATE events SET holder = NULL, due_at = ? WHERE status = 'RECEIVED' AND holder IS NOT NULL`,
        [toSqlTime(this.clock.now())],
      ),
    );
  }

  /** Takes events that are due away from whoever had them, for the queue. Other relays' events are passed over. */
  async takeDue(most: number): Promise<string[]> {
    return this.database.transaction(async (session) => {
      const rows = await session.all(
        `SELECT id FROM events WHERE due_at <= ? ORDER BY due_at LIMIT ${most} ${this.database.dialect.lockSkippingLocked}`,
        [toSqlTime(this.clock.now())],
      );
      const ids = rows.map((row) => row['id'] as string);
      if (ids.length > 0) {
        const { placeholders, values } = sqlList(ids);
        await session.run(`UPDATE events SET holder = 'queue', due_at = ? WHERE id IN (${placeholders})`, [
          this.lease.end(),
          ...values,
        ]);
      }
      return ids;
    });
  }

  private claimBatch(eventIds: readonly string[]): Promise<Claimed[]> {
    return this.take(eventIds, (abandonedClaims) => !isSuspect(abandonedClaims));
  }

  /**
   * Locks what can be taken before it takes it: afterwards the rows would not tell an event that was taken just now from one that this
   * process has in hand already, whose turn has come in its lane, say.
   */
  private async take(
    eventIds: readonly string[],
    wanted: (abandonedClaims: number) => boolean,
  ): Promise<Claimed[]> {
    const { placeholders, values } = sqlList(eventIds);
    return this.database.transaction(async (session) => {
      const { holder, now, end } = this.lease.now();
      const free = await session.all(
        `SELECT ${CLAIMED_COLUMNS} FROM events e JOIN event_payloads p ON p.event_id = e.id
         WHERE e.id IN (${placeholders}) AND e.status = 'RECEIVED' AND (e.holder = 'queue' OR e.due_at <= ?)
         ${this.database.dialect.lock}`,
        [...values, now],
      );
      const [taken, left] = partition(free, (row) => wanted(Number(row['claims'])));
      if (taken.length > 0) {
        const ids = sqlList(taken.map((row) => row['id'] as string));
        await session.run(
          `UPDATE events SET holder = ?, due_at = ?, claims = claims + 1 WHERE id IN (${ids.placeholders})`,
          [holder, end, ...ids.values],
        );
      }
      const claimed = await claimedEvents(
        session,
        taken.map((row) => ({ ...row, claims: Number(row['claims']) + 1 })),
      );
      const suspects = new Set(left.map((row) => row['id']));
      return eventIds.map((id) => claimed.get(id) ?? (suspects.has(id) ? 'SUSPECT' : null));
    });
  }

  private async settleBatch(batch: readonly Settlement[]): Promise<Settled[]> {
    return this.database.transaction(async (session) => {
      const { dialect } = this.database;
      const entered = batch.flatMap(({ entersLane }) => entersLane ?? []);
      const left = batch.flatMap(({ leavesLane }) => leavesLane ?? []);
      await lockLanes(session, dialect, [...entered, ...left]);
      const owned = await this.owned(
        session,
        batch.map(({ eventId }) => eventId),
      );
      const ours = batch.filter(({ eventId }) => owned.has(eventId));
      await insertAttempts(
        session,
        ours.flatMap(({ attempts }) => attempts),
      );
      const held = ours.filter(({ holds }) => holds !== null);
      await replaceHolds(
        session,
        held.map(({ eventId }) => eventId),
        held.flatMap(({ holds }) => holds ?? []),
      );
      await advancePositions(
        session,
        dialect,
        ours.flatMap(({ applied }) => applied),
      );
      const [plain, special] = partition(ours, isPlainSuccess);
      if (plain.length > 0) {
        const ids = sqlList(plain.map(({ eventId }) => eventId));
        await session.run(`UPDATE events SET ${PROCESSED} WHERE id IN (${ids.placeholders})`, [
          toSqlTime(this.clock.now()),
          ...ids.values,
        ]);
      }
      for (const settlement of special) await this.updateOne(session, settlement);
      const taken = await takeFreeLanes(session, entered, this.lease.now());
      const kept = await leaveLanes(session, left);
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
    const ids = sqlList(eventIds);
    const rows = await session.all(
      `SELECT id FROM events WHERE id IN (${ids.placeholders}) AND holder = ? ${this.database.dialect.lock}`,
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

function isPlainSuccess({ status, unhandled }: Settlement): boolean {
  return status === 'PROCESSED' && !unhandled;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
