import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock.js';
import { SqlDatabase, sqlList, type SqlSession, toSqlTime } from '../../../platform/database/sql-database.js';
import { type ClosedGate, GATE_REASONS, type GatedOperation, type GateReason } from '../../domain/gate.js';
import type { LimitedGate } from '../../domain/limit.js';
import { WorkerLease } from '../worker-lease.js';
import { heldAt, type HeldOperation } from './held-rows.js';
import { insertPermits, lockGates, readPlaces } from './permit-rows.js';

/** Tells the gates with a limit that an operation passes. */
export type LimitsOf = (operation: GatedOperation) => readonly LimitedGate[];

/** What was let through to free places. */
export interface LetIn {
  /** Events to hand over: they are the queue's. */
  readonly eventIds: readonly string[];
  /** When a start will no longer count, so that another may be let in; null where nothing waits or only an end makes room. */
  readonly again: Date | null;
}

const NOBODY: LetIn = { eventIds: [], again: null };

/** Operations that gates hold, and letting them through. */
@Injectable()
export class HeldStore {
  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
  ) {}

  /** The gates that hold operations. One look into the index for each, however many it holds. */
  async gates(): Promise<ClosedGate[]> {
    return this.database.transaction(async (session) => {
      const gates: ClosedGate[] = [];
      for (const reason of GATE_REASONS) {
        let waitsFor = await nextGate(session, reason, '');
        while (waitsFor !== null) {
          gates.push({ reason, waitsFor });
          waitsFor = await nextGate(session, reason, waitsFor);
        }
      }
      return gates;
    });
  }

  /** Makes operations that a gate holds due, the oldest first; gives how many. Those in another's hands are passed over. */
  async letThrough(gate: ClosedGate, most: number): Promise<number> {
    return this.database.transaction(async (session) => {
      const held = await heldAt(session, gate, most, this.database.dialect.lockSkippingLocked);
      if (held.length === 0) return 0;
      const now = toSqlTime(this.clock.now());
      const { placeholders, values } = sqlList(held.map(({ eventId }) => eventId));
      await session.run(
        `UPDATE holds SET due_at = ? WHERE event_id IN (${placeholders}) AND reason = ? AND waits_for = ?`,
        [now, ...values, gate.reason, gate.waitsFor],
      );
      await session.run(`UPDATE events SET due_at = ? WHERE id IN (${placeholders})`, [now, ...values]);
      return held.length;
    });
  }

  /**
   * Lets operations that wait for a place at a gate in, the oldest first, as many as have one at each of their gates. The places are
   * kept for them, so that nobody who comes later takes them.
   */
  async letIn(gate: string, limitsOf: LimitsOf, most: number): Promise<LetIn> {
    const at: ClosedGate = { reason: 'LIMIT', waitsFor: gate };
    return this.database.transaction(async (session) => {
      const expected = await heldAt(session, at, most);
      if (expected.length === 0) return NOBODY;
      const gates = [
        ...new Set(expected.flatMap((operation) => limitsOf(operation).map(({ name }) => name))),
      ];
      await lockGates(session, this.database.dialect, gates);
      const now = this.clock.now();
      const { places, nextStart } = await readPlaces(session, gates, now);
      const eventIds = new Set<string>();
      // Once more: until the gates were ours others may have let them in or taken them.
      for (const operation of await heldAt(session, at, most, this.database.dialect.lockSkippingLocked)) {
        const limits = limitsOf(operation);
        if (!limits.every(({ name }) => gates.includes(name))) continue;
        const full = places.take(limits);
        if (full === gate) return { eventIds: [...eventIds], again: startsAgain(limits, gate, nextStart) };
        if (full !== null) await moveTo(session, operation, full);
        else {
          await this.keepPlaces(session, operation, limits, now);
          eventIds.add(operation.eventId);
        }
      }
      return { eventIds: [...eventIds], again: null };
    });
  }

  private async keepPlaces(
    session: SqlSession,
    { eventId, handler }: HeldOperation,
    limits: readonly LimitedGate[],
    now: Date,
  ): Promise<void> {
    await session.run('UPDATE holds SET due_at = ? WHERE event_id = ? AND handler = ?', [
      toSqlTime(now),
      eventId,
      handler,
    ]);
    const permits = limits.map(({ name: gate }) => ({ id: randomUUID(), gate, eventId, handler }));
    await insertPermits(session, permits, null, now, this.lease.end());
    await session.run(`UPDATE events SET holder = 'queue', due_at = ? WHERE id = ?`, [
      this.lease.end(),
      eventId,
    ]);
  }
}

/** When a start will no longer count at a gate that bounds them. */
function startsAgain(
  limits: readonly LimitedGate[],
  gate: string,
  nextStart: ReadonlyMap<string, Date>,
): Date | null {
  const bounded = limits.some(({ name, limit }) => name === gate && limit.ratePerSecond !== null);
  return bounded ? (nextStart.get(gate) ?? null) : null;
}

/** The first gate after another one, by name. */
async function nextGate(session: SqlSession, reason: GateReason, after: string): Promise<string | null> {
  const [row] = await session.all(
    'SELECT waits_for FROM holds WHERE reason = ? AND waits_for > ? ORDER BY waits_for LIMIT 1',
    [reason, after],
  );
  return row ? (row['waits_for'] as string) : null;
}

/** Has an operation wait at another of its gates, which is the one that is full. */
async function moveTo(session: SqlSession, { eventId, handler }: HeldOperation, gate: string): Promise<void> {
  await session.run('UPDATE holds SET waits_for = ? WHERE event_id = ? AND handler = ?', [
    gate,
    eventId,
    handler,
  ]);
}
