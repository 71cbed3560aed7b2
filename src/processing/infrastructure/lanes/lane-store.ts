import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock.js';
import {
  fromSqlTime,
  SqlDatabase,
  sqlList,
  type SqlRow,
  type SqlSession,
  toSqlTime,
} from '../../../platform/database/sql-database.js';
import { type ClaimedEvent, isSuspect } from '../../domain/claimed-event.js';
import type { HandlerRules } from '../../domain/handler-rules.js';
import type { Hold } from '../../domain/hold.js';
import type { LaneFacts, RequiredBy } from '../../domain/lane-event.js';
import type { Lane } from '../../domain/lane.js';
import { withAllTheyRequire } from '../../domain/requirements.js';
import { type Turn, TurnPlanner } from '../../domain/turn-planner.js';
import { readHistories, replaceHolds } from '../history-rows.js';
import { CLAIMED_COLUMNS, claimedEvents } from '../processing-rows.js';
import { WorkerLease } from '../worker-lease.js';

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

/** What to claim of a lane. */
export interface Wanted {
  /** How many turns at once; they are not another worker's while their leases last. */
  readonly most: number;
  /** Whether it may be a suspect's turn. */
  readonly takesSuspects: boolean;
}

/** Turns of a lane, in their order. */
export interface ClaimedTurns {
  readonly turns: readonly ClaimedTurn[];
  /** Whether it is the turn of a suspect, which was not wanted: the lane is still this worker's. */
  readonly suspectIsNext: boolean;
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
   */
  async takeTurns(lane: Lane, rulesOf: RulesOf, wanted: Wanted): Promise<ClaimedTurns> {
    return this.database.transaction(async (session) => {
      const leaseEnd = await this.leaseOf(session, lane);
      if (leaseEnd === null) return { turns: [], suspectIsNext: false };
      const planner = new TurnPlanner({ now: this.clock.now(), ...wanted });
      await this.walk(session, lane, rulesOf, planner);
      await this.wake(session, planner.forgotten);
      const { suspectIsNext } = planner;
      if (planner.turns.length === 0 && !suspectIsNext) await this.giveUp(session, lane, planner);
      return { turns: await this.claim(session, planner.turns, leaseEnd), suspectIsNext };
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

  /** Puts claimed events back: their turn has not come after all. They are due, for they may have more to do than to wait for it. */
  async putBack(eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    const ids = sqlList(eventIds);
    await this.database.transaction((session) =>
      session.run(
        `UPDATE events SET claims = claims - 1, holder = NULL, due_at = ? WHERE id IN (${ids.placeholders}) AND holder = ?`,
        [toSqlTime(this.clock.now()), ...ids.values, this.lease.holder],
      ),
    );
  }

  /**
   * Locks the lane, and gives the end of its lease; null where it is not this worker's any more. What is claimed in it has the same
   * lease: were an event's the longer one, whoever takes the lane next would find it in hand while another's turn has come.
   */
  private async leaseOf(session: SqlSession, { id }: Lane): Promise<string | null> {
    const { lock } = this.database.dialect;
    const [row] = await session.all(`SELECT holder, due_at FROM lanes WHERE id = ? ${lock}`, [id]);
    if (row?.['holder'] !== this.lease.holder) return null;
    const dueAt = fromSqlTime(row['due_at']);
    if (dueAt && dueAt > this.clock.now()) return toSqlTime(dueAt);
    // It has run out, and nobody has noticed.
    const leaseEnd = this.lease.end();
    await session.run('UPDATE lanes SET due_at = ? WHERE id = ?', [leaseEnd, id]);
    return leaseEnd;
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
    const provider = rows[0]?.['provider'] as string;
    const facts = await this.factsFor(
      session,
      lane,
      events.flatMap(({ rules }) => rules ?? []),
      (type) => rulesOf({ provider, type })?.flatMap(({ requires }) => requires?.types ?? []) ?? [],
    );
    const parkedBefore = planner.parked.length;
    const stopped = events.findIndex(
      ({ row, type, rules }) =>
        !planner.consider(
          {
            id: row['id'] as string,
            type,
            position: Number(row['position']),
            heldUntil: this.heldUntil(row),
            waits: row['holder'] === null && row['due_at'] === null,
            isSuspect: isSuspect(Number(row['claims'])),
            rules,
            history: historyOf(row),
          },
          facts,
        ),
    );
    await this.park(session, rows, planner.parked.slice(parkedBefore), historyOf);
    return stopped === -1;
  }

  /** By a worker, this one too: who has an event goes on with it, and comes to the lane after that. */
  private heldUntil(row: SqlRow): Date | null {
    const dueAt = fromSqlTime(row['due_at']);
    const { holder } = row as { holder: string | null };
    return holder !== null && holder !== 'queue' && dueAt && dueAt > this.clock.now() ? dueAt : null;
  }

  private async factsFor(
    session: SqlSession,
    { id, source, orderingKey }: Lane,
    rules: readonly HandlerRules[],
    requiredBy: RequiredBy,
  ): Promise<LaneFacts> {
    const processed = new Set<string>();
    const required = rules.flatMap(({ requires }) => requires?.types ?? []);
    for (const type of withAllTheyRequire(required, requiredBy)) {
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
    return { processed, applied, requiredBy };
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

  /** Where nobody knows for how long, somebody looks a lease later: what it waits for may come to an end that wakes nobody. */
  private async giveUp(session: SqlSession, lane: Lane, { isEmpty, wakeAt }: TurnPlanner): Promise<void> {
    if (isEmpty) await session.run('DELETE FROM lanes WHERE id = ?', [lane.id]);
    else {
      await session.run('UPDATE lanes SET holder = NULL, due_at = ? WHERE id = ?', [
        wakeAt ? toSqlTime(wakeAt) : this.lease.end(),
        lane.id,
      ]);
    }
  }

  private async wake(session: SqlSession, eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    const ids = sqlList(eventIds);
    await session.run(`UPDATE events SET due_at = ? WHERE id IN (${ids.placeholders})`, [
      toSqlTime(this.clock.now()),
      ...ids.values,
    ]);
  }

  private async claim(session: SqlSession, turns: readonly Turn[], leaseEnd: string): Promise<ClaimedTurn[]> {
    if (turns.length === 0) return [];
    const ids = sqlList(turns.map(({ eventId }) => eventId));
    await session.run(
      `UPDATE events SET holder = ?, due_at = ?, claims = claims + 1 WHERE id IN (${ids.placeholders})`,
      [this.lease.holder, leaseEnd, ...ids.values],
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
