import {
  fromSqlTime,
  rowPlaceholders,
  type SqlDialect,
  sqlList,
  type SqlSession,
  toSqlTime,
} from '../../../platform/database/sql-database.js';
import { type GateUse, Places } from '../../domain/limit.js';

/** How long a start counts: a second, and what may pass between being let in and starting. */
export const SECOND_MS = 1050;

/** One operation's place at a gate. */
export interface Permit {
  readonly id: string;
  readonly gate: string;
  readonly eventId: string;
  readonly handler: string;
}

/** What is free at some locked gates, and when a start will no longer count at each. */
export interface OpenPlaces {
  readonly places: Places;
  readonly nextStart: ReadonlyMap<string, Date>;
}

/** Locks gates with a limit until the transaction ends. Comes before any lock of an event. */
export async function lockGates(
  session: SqlSession,
  { onTakenKey, inserted }: SqlDialect,
  gates: readonly string[],
): Promise<void> {
  if (gates.length === 0) return;
  const sorted = [...new Set(gates)].toSorted();
  await session.run(
    `INSERT INTO gates (name) VALUES ${rowPlaceholders(sorted.length, 1)} ${onTakenKey('name')} name = ${inserted('name')}`,
    sorted,
  );
}

/** Reads what is free at locked gates, and forgets permits that count no longer. */
export async function readPlaces(
  session: SqlSession,
  gates: readonly string[],
  now: Date,
): Promise<OpenPlaces> {
  if (gates.length === 0) return { places: new Places(new Map()), nextStart: new Map() };
  const names = sqlList(gates);
  const time = toSqlTime(now);
  const secondAgo = toSqlTime(new Date(now.getTime() - SECOND_MS));
  await session.run(
    `DELETE FROM permits WHERE gate IN (${names.placeholders}) AND lease_end <= ? AND started_at <= ?`,
    [...names.values, time, secondAgo],
  );
  // One that is kept for somebody may start at any time.
  const rows = await session.all(
    `SELECT gate, SUM(CASE WHEN lease_end > ? THEN 1 ELSE 0 END) AS running,
       SUM(CASE WHEN started_at > ? OR (holder IS NULL AND lease_end > ?) THEN 1 ELSE 0 END) AS started,
       MIN(CASE WHEN started_at > ? THEN started_at END) AS first_start
     FROM permits WHERE gate IN (${names.placeholders}) GROUP BY gate`,
    [time, secondAgo, time, secondAgo, ...names.values],
  );
  const use = new Map<string, GateUse>();
  const nextStart = new Map<string, Date>();
  for (const row of rows) {
    const gate = row['gate'] as string;
    use.set(gate, { running: Number(row['running']), started: Number(row['started']) });
    const first = fromSqlTime(row['first_start']);
    if (first) nextStart.set(gate, new Date(first.getTime() + SECOND_MS));
  }
  return { places: new Places(use), nextStart };
}

/** @param holder the worker that runs the operations; null to keep the places for operations that were let through */
export async function insertPermits(
  session: SqlSession,
  permits: readonly Permit[],
  holder: string | null,
  startedAt: Date,
  leaseEnd: string,
): Promise<void> {
  if (permits.length === 0) return;
  await session.run(
    `INSERT INTO permits (id, gate, event_id, handler, holder, started_at, lease_end)
     VALUES ${rowPlaceholders(permits.length, 7)}`,
    permits.flatMap(({ id, gate, eventId, handler }) => [
      id,
      gate,
      eventId,
      handler,
      holder,
      toSqlTime(startedAt),
      leaseEnd,
    ]),
  );
}
