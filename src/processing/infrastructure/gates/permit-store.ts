import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { NaturalBatcher } from '../../../platform/batching/natural-batcher.js';
import { Clock } from '../../../platform/clock.js';
import {
  SqlDatabase,
  type SqlDialect,
  sqlList,
  type SqlSession,
  toSqlTime,
} from '../../../platform/database/sql-database.js';
import type { LimitedGate, Places } from '../../domain/limit.js';
import { WorkerLease } from '../worker-lease.js';
import { isAnyHeldAt } from './held-rows.js';
import { insertPermits, lockGates, type Permit, readPlaces } from './permit-rows.js';

const LIMITS = { batchSize: 128, inFlight: 1, waiting: 100_000 } as const;

/** An operation that asks for a place at each of some gates. */
export interface PermitRequest {
  readonly eventId: string;
  readonly handler: string;
  readonly gates: readonly LimitedGate[];
}

/** The places that an operation has, by their ids, or the first gate that has none. */
export type PermitAnswer = { readonly ids: readonly string[] } | { readonly full: string };

/** Counts what runs at gates with a limit, in all workers together. A killed worker's places are free when its leases end. */
@Injectable()
export class PermitStore implements OnModuleInit {
  private readonly requests = new NaturalBatcher<PermitRequest, PermitAnswer>(LIMITS, (batch) =>
    this.acquireBatch(batch),
  );
  private readonly releases = new NaturalBatcher<readonly string[], null>(LIMITS, (batch) =>
    this.releaseBatch(batch),
  );
  private readonly inHand = new Set<string>();

  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
  ) {}

  /** Forgets what a process before this one has had, where there can be no other. */
  async onModuleInit(): Promise<void> {
    if (!this.database.exclusive) return;
    await this.database.transaction((session) => session.run('DELETE FROM permits', []));
  }

  /**
   * Takes a place at every gate or none. An operation that was let through has its places kept; any other has to wait behind those that
   * the gate holds.
   */
  async acquire(request: PermitRequest): Promise<PermitAnswer> {
    const answer = await this.requests.add(request);
    if ('ids' in answer) for (const id of answer.ids) this.inHand.add(id);
    return answer;
  }

  /** Gives places back. */
  async release(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.inHand.delete(id);
    await this.releases.add(ids);
  }

  /** Gives back the places that are kept for an operation which another gate now holds. */
  async cancel(eventId: string, handler: string): Promise<void> {
    await this.database.transaction((session) =>
      session.run('DELETE FROM permits WHERE event_id = ? AND handler = ? AND holder IS NULL', [
        eventId,
        handler,
      ]),
    );
  }

  /** Keeps the places of what is in hand. */
  async renew(): Promise<void> {
    await this.updateLeases([...this.inHand], this.lease.end());
  }

  /** Gives back all places. */
  async handBack(): Promise<void> {
    const ids = [...this.inHand];
    this.inHand.clear();
    await this.updateLeases(ids, toSqlTime(this.clock.now()));
  }

  private async releaseBatch(batch: readonly (readonly string[])[]): Promise<null[]> {
    await this.updateLeases(batch.flat(), toSqlTime(this.clock.now()));
    return batch.map(() => null);
  }

  private async updateLeases(ids: readonly string[], end: string): Promise<void> {
    if (ids.length === 0) return;
    const { placeholders, values } = sqlList(ids);
    await this.database.transaction((session) =>
      session.run(`UPDATE permits SET lease_end = ? WHERE id IN (${placeholders}) AND holder = ?`, [
        end,
        ...values,
        this.lease.holder,
      ]),
    );
  }

  private async acquireBatch(batch: readonly PermitRequest[]): Promise<PermitAnswer[]> {
    const gates = [...new Set(batch.flatMap((request) => request.gates.map(({ name }) => name)))];
    return this.database.transaction(async (session) => {
      await lockGates(session, this.database.dialect, gates);
      const now = this.clock.now();
      const { places } = await readPlaces(session, gates, now);
      const kept = await keptFor(session, batch);
      const behindOthers = await heldGates(session, gates);
      const decided = batch.map((request) => decide(request, kept, behindOthers, places));
      const taken = decided.flatMap(({ isIn, own }) => (isIn ? own : []));
      const givenUp = decided.flatMap(({ isIn, own }) => (isIn ? [] : own));
      await this.takeOver(session, taken, now);
      await drop(session, this.database.dialect, givenUp);
      const made = decided.flatMap((decision) => decision.made);
      await insertPermits(session, made, this.lease.holder, now, this.lease.end());
      return decided.map(({ answer }) => answer);
    });
  }

  private async takeOver(session: SqlSession, permits: readonly Permit[], now: Date): Promise<void> {
    if (permits.length === 0) return;
    const ids = sqlList(permits.map(({ id }) => id));
    await session.run(
      `UPDATE permits SET holder = ?, started_at = ?, lease_end = ? WHERE id IN (${ids.placeholders})`,
      [this.lease.holder, toSqlTime(now), this.lease.end(), ...ids.values],
    );
  }
}

/** The places that are kept for operations of a batch. */
async function keptFor(session: SqlSession, batch: readonly PermitRequest[]): Promise<Permit[]> {
  const events = sqlList(batch.map(({ eventId }) => eventId));
  const rows = await session.all(
    `SELECT id, gate, event_id, handler FROM permits
       WHERE event_id IN (${events.placeholders}) AND holder IS NULL`,
    events.values,
  );
  return rows.map((row) => ({
    id: row['id'] as string,
    gate: row['gate'] as string,
    eventId: row['event_id'] as string,
    handler: row['handler'] as string,
  }));
}

interface Decision {
  readonly answer: PermitAnswer;
  readonly isIn: boolean;
  readonly own: readonly Permit[];
  readonly made: readonly Permit[];
}

function decide(
  request: PermitRequest,
  kept: readonly Permit[],
  behindOthers: ReadonlySet<string>,
  places: Places,
): Decision {
  const { eventId, handler, gates } = request;
  const own = kept.filter((permit) => permit.eventId === eventId && permit.handler === handler);
  const missing = gates.filter(({ name }) => !own.some(({ gate }) => gate === name));
  const full = missing.find(({ name }) => behindOthers.has(name))?.name ?? places.take(missing);
  if (full !== null) return { answer: { full }, isIn: false, own, made: [] };
  const made = missing.map(({ name: gate }) => ({ id: randomUUID(), gate, eventId, handler }));
  return { answer: { ids: [...own, ...made].map(({ id }) => id) }, isIn: true, own, made };
}

async function heldGates(session: SqlSession, gates: readonly string[]): Promise<Set<string>> {
  const held = new Set<string>();
  for (const waitsFor of gates) {
    if (await isAnyHeldAt(session, { reason: 'LIMIT', waitsFor })) held.add(waitsFor);
  }
  return held;
}

async function drop(
  session: SqlSession,
  { deleteByKey }: SqlDialect,
  permits: readonly Permit[],
): Promise<void> {
  if (permits.length === 0) return;
  const ids = sqlList(permits.map(({ id }) => id));
  await session.run(
    `${deleteByKey('permits')} WHERE id IN (${ids.placeholders}) AND holder IS NULL`,
    ids.values,
  );
}
