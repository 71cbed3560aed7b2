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
import type { Lane } from '../../domain/lane.js';
import { type Turn, TurnPlanner } from '../../domain/turn-planner.js';
import { readHistories } from '../history-rows.js';
import { CLAIMED_COLUMNS, claimedEvents } from '../processing-rows.js';
import { WorkerLease } from '../worker-lease.js';
import { LANE_INDEX } from './lane-rows.js';
import { parkEvents, readLaneFacts } from './turn-rows.js';

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

/** Turns: which events of a lane a worker that has it is to work on next. */
@Injectable()
export class TurnStore {
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
    const { dialect } = this.database;
    let after = { position: Number.MIN_SAFE_INTEGER, id: '' };
    for (;;) {
      const wanted = whatIsLeftBehind(planner.awaitedTypes);
      const rows = await session.all(
        `SELECT id, provider, type, position, holder, due_at, claims, run, replay_scope, has_history
         FROM events ${dialect.byIndex(LANE_INDEX)}
         WHERE source = ? AND ordering_key = ? AND status = 'RECEIVED' AND position >= ? AND (position > ? OR id > ?)
         ${wanted.sql} ORDER BY position, id LIMIT ${PAGE} ${dialect.lock}`,
        [lane.source, lane.orderingKey, after.position, after.position, after.id, ...wanted.values],
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
    const facts = await readLaneFacts(
      session,
      this.database.dialect,
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
    await parkEvents(session, this.database.dialect, rows, planner.parked.slice(parkedBefore), historyOf);
    return stopped === -1;
  }

  /** By a worker, this one too: who has an event goes on with it, and comes to the lane after that. */
  private heldUntil(row: SqlRow): Date | null {
    const dueAt = fromSqlTime(row['due_at']);
    const { holder } = row as { holder: string | null };
    return holder !== null && holder !== 'queue' && dueAt && dueAt > this.clock.now() ? dueAt : null;
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

/**
 * Of a lane with parked events, only what they wait for and what has not been parked yet: thousands of parked ones, which have a time and
 * no holder, need not be read again whenever one arrives. Of another lane, everything.
 */
function whatIsLeftBehind(awaitedTypes: readonly string[] | null): {
  readonly sql: string;
  readonly values: readonly string[];
} {
  if (awaitedTypes === null) return { sql: '', values: [] };
  const { placeholders, values } = sqlList(awaitedTypes);
  return { sql: `AND (due_at IS NULL OR holder IS NOT NULL OR type IN (${placeholders}))`, values };
}
