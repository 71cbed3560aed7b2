import { Inject, Injectable } from '@nestjs/common';
import { NaturalBatcher } from '../../platform/batching/natural-batcher.js';
import { Clock } from '../../platform/clock.js';
import { SqlDatabase, sqlList, toSqlTime } from '../../platform/database/sql-database.js';
import { type ClaimedEvent, isSuspect } from '../domain/claimed-event.js';
import { CLAIMED_COLUMNS, claimedEvents } from './processing-rows.js';
import { WorkerLease } from './worker-lease.js';

/** A claim's outcome: the event; null when it is done, not due, or in another's hands; SUSPECT when it is to be claimed alone. */
export type Claimed = ClaimedEvent | 'SUSPECT' | null;

/** Events: who has them, and for how long. */
@Injectable()
export class ClaimStore {
  private readonly claims = new NaturalBatcher<string, Claimed>(
    { batchSize: 128, inFlight: 2, waiting: 100_000 },
    (ids) => this.claimBatch(ids),
  );

  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
  ) {}

  /** Takes the event for this process, unless it is a suspect. */
  claim(eventId: string): Promise<Claimed> {
    return this.claims.add(eventId);
  }

  /** Takes the event for this process, suspect or not. */
  async claimAlone(eventId: string): Promise<ClaimedEvent | null> {
    const [claimed] = await this.take([eventId], () => true);
    return claimed === 'SUSPECT' || claimed === undefined ? null : claimed;
  }

  /** The body of an event whose claim has not brought it along. */
  async readBody(eventId: string): Promise<Buffer> {
    const [row] = await this.database.transaction((session) =>
      session.all('SELECT body FROM event_payloads WHERE event_id = ?', [eventId]),
    );
    return row?.['body'] as Buffer;
  }

  /** Keeps events in hand from being handed to another worker. */
  async renew(eventIds: readonly string[], leaseEnd: string): Promise<void> {
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
      const taken = free.filter((row) => wanted(Number(row['claims'])));
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
      const suspects = new Set(free.map((row) => row['id']));
      return eventIds.map((id) => claimed.get(id) ?? (suspects.has(id) ? 'SUSPECT' : null));
    });
  }
}
