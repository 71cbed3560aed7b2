import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import {
  fromSqlTime,
  SqlDatabase,
  sqlList,
  type SqlRow,
  type SqlSession,
  toSqlTime,
} from '../../platform/database/sql-database.js';
import type { ClaimedEvent } from '../domain/claimed-event.js';
import type { HandlerRules } from '../domain/handler-rules.js';
import type { Hold } from '../domain/hold.js';
import type { Lane } from '../domain/lane.js';
import { type LaneFacts, type Turn, TurnPlanner } from '../domain/turn-planner.js';
import { readHistories, replaceHolds } from './history-rows.js';
import { CLAIMED_COLUMNS, claimedEvents } from './processing-rows.js';
import { WorkerLease } from './worker-lease.js';

/** Events of a lane that are looked at together. */
const PAGE = 64;

/** Tells the serial handlers of an event; null where the process cannot know them. */
export type RulesOf = (event: {
  readonly provider: string;
  readonly type: string;
}) => readonly HandlerRules[] | null;

/** An event whose turn has come, claimed. */
export interface ClaimedTurn {
  readonly claimed: ClaimedEvent;
  readonly verdicts: Turn['verdicts'];
}

/** Lanes: whose turn it is, and who has them. */
@Injectable()
export class LaneStore {
  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
  ) {}

  /**
   * Claims the next events of a lane that this worker has, in their order, and parks what has to wait for a prerequisite. Where nothing
   * can be done now, the lane is given up; none is left where no event waits in it.
   * @param most how many events at once; they are not another worker's while their leases last
   */
  async takeTurns(lane: Lane, rulesOf: RulesOf, most: number): Promise<ClaimedTurn[]> {
    return this.database.transaction(async (session) => {
      const [row] = await session.all(`SELECT holder FROM lanes WHERE id = ? ${this.database.dialect.lock}`, [
        lane.id,
      ]);
      if (row?.['holder'] !== this.lease.holder) return [];
      const planner = new TurnPlanner(this.clock.now(), most);
      await this.walk(session, lane, rulesOf, planner);
      if (planner.turns.length === 0) await this.giveUp(session, lane, planner);
      return this.claim(session, planner.turns);
    });
  }

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

  /** Keeps lanes in hand from being taken by another worker. */
  async renew(laneIds: readonly string[]): Promise<void> {
    if (laneIds.length === 0) return;
    const ids = sqlList(laneIds);
    await this.database.transaction((session) =>
      session.run(`UPDATE lanes SET due_at = ? WHERE id IN (${ids.placeholders}) AND holder = ?`, [
        this.lease.end(),
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

  /**
   * Puts claimed events back in their places: their turn has not come after all. One that nobody has worked on before is due, for it may
   * have more to do than to wait for its turn.
   */
  async putBack(eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    const ids = sqlList(eventIds);
    await this.database.transaction((session) =>
      session.run(
        `UPDATE events SET claims = claims - 1, holder = NULL, due_at = CASE WHEN has_history = 0 THEN ? END
         WHERE id IN (${ids.placeholders}) AND holder = ?`,
        [toSqlTime(this.clock.now()), ...ids.values, this.lease.holder],
      ),
    );
  }

  private async walk(session: SqlSession, lane: Lane, rulesOf: RulesOf, planner: TurnPlanner): Promise<void> {
    let after = { position: Number.MIN_SAFE_INTEGER, id: '' };
    for (;;) {
      const rows = await session.all(
        `SELECT id, provider, type, position, holder, due_at, claims, run, replay_scope, has_history FROM events
         WHERE source = ? AND ordering_key = ? AND status = 'RECEIVED' AND position >= ? AND (position > ? OR id > ?)
         ORDER BY position, id LIMIT ${PAGE} ${this.database.dialect.lock}`,
        [lane.source, lane.orderingKey, after.position, after.position, after.id],
      );
      const goesOn = await this.considerPage(session, lane, rulesOf, planner, rows);
      const last = rows.at(-1);
      if (!goesOn || !last || rows.length < PAGE) return;
      after = { position: Number(last['position']), id: last['id'] as string };
    }
  }

  private async considerPage(
    session: SqlSession,
    lane: Lane,
    rulesOf: RulesOf,
    planner: TurnPlanner,
    rows: readonly SqlRow[],
  ): Promise<boolean> {
    const events = rows.map((row) => ({ row, type: row['type'] as string, rules: rulesOf(row as never) }));
    const historyOf = await readHistories(session, rows);
    const facts = await this.factsFor(
      session,
      lane,
      events.flatMap(({ rules }) => rules ?? []),
    );
    const parkedBefore = planner.parked.length;
    const stopped = events.findIndex(
      ({ row, type, rules }) =>
        !planner.consider(
          {
            id: row['id'] as string,
            type,
            position: Number(row['position']),
            inOtherHands: this.isInHands(row),
            rules,
            history: historyOf(row),
          },
          facts,
        ),
    );
    await this.park(session, rows, planner.parked.slice(parkedBefore), historyOf);
    return stopped === -1;
  }

  /** In a worker's, this one's too: who has an event goes on with it, and comes to the lane after that. */
  private isInHands(row: SqlRow): boolean {
    const dueAt = fromSqlTime(row['due_at']);
    const { holder } = row as { holder: string | null };
    return holder !== null && holder !== 'queue' && dueAt !== null && dueAt > this.clock.now();
  }

  private async factsFor(
    session: SqlSession,
    { id, source, orderingKey }: Lane,
    rules: readonly HandlerRules[],
  ): Promise<LaneFacts> {
    const processed = new Set<string>();
    for (const type of new Set(rules.flatMap(({ requires }) => requires?.types ?? []))) {
      const [one] = await session.all(
        `SELECT id FROM events WHERE source = ? AND ordering_key = ? AND status = 'PROCESSED' AND type = ?
         ORDER BY position LIMIT 1`,
        [source, orderingKey, type],
      );
      if (one) processed.add(type);
    }
    const rows = rules.some(({ supersede }) => supersede)
      ? await session.all('SELECT handler, position FROM applied_positions WHERE lane_id = ?', [id])
      : [];
    const applied = new Map(rows.map((row) => [row['handler'] as string, Number(row['position'])]));
    return { processed, applied };
  }

  /** Writes down what is parked. An event that the queue has yet to deliver stays due: it may have more to do. */
  private async park(
    session: SqlSession,
    rows: readonly SqlRow[],
    parked: readonly Hold[],
    historyOf: (event: SqlRow) => { readonly holds: readonly Hold[] },
  ): Promise<void> {
    for (const row of rows) {
      const id = row['id'] as string;
      const own = parked.filter(({ eventId }) => eventId === id);
      if (own.length === 0) continue;
      const others = historyOf(row).holds.filter((held) =>
        own.every(({ handler }) => handler !== held.handler),
      );
      await replaceHolds(session, [id], [...others, ...own]);
      const times = [fromSqlTime(row['due_at']), ...own.map(({ dueAt }) => dueAt)];
      const dueAt = times.flatMap((time) => time ?? []).toSorted((a, b) => a.getTime() - b.getTime())[0];
      await session.run(
        'UPDATE events SET has_history = 1, due_at = CASE WHEN holder IS NULL THEN ? ELSE due_at END WHERE id = ?',
        [dueAt ? toSqlTime(dueAt) : null, id],
      );
    }
  }

  /** Whatever it waits for may come to an end that wakes nobody (another worker's code has no such handler): a lease later somebody looks. */
  private async giveUp(session: SqlSession, lane: Lane, { isEmpty, wakeAt }: TurnPlanner): Promise<void> {
    if (isEmpty) await session.run('DELETE FROM lanes WHERE id = ?', [lane.id]);
    else {
      const latest = this.lease.end();
      const wakeTime = wakeAt ? toSqlTime(wakeAt) : latest;
      await session.run('UPDATE lanes SET holder = NULL, due_at = ? WHERE id = ?', [
        wakeTime < latest ? wakeTime : latest,
        lane.id,
      ]);
    }
  }

  private async claim(session: SqlSession, turns: readonly Turn[]): Promise<ClaimedTurn[]> {
    if (turns.length === 0) return [];
    const ids = sqlList(turns.map(({ eventId }) => eventId));
    await session.run(
      `UPDATE events SET holder = ?, due_at = ?, claims = claims + 1 WHERE id IN (${ids.placeholders})`,
      [this.lease.holder, this.lease.end(), ...ids.values],
    );
    const rows = await session.all(
      `SELECT ${CLAIMED_COLUMNS} FROM events e JOIN event_payloads p ON p.event_id = e.id
       WHERE e.id IN (${ids.placeholders})`,
      ids.values,
    );
    const events = await claimedEvents(session, rows);
    return turns.flatMap(({ eventId, verdicts }) => {
      const claimed = events.get(eventId);
      return claimed ? [{ claimed, verdicts }] : [];
    });
  }
}
