import {
  rowPlaceholders,
  type SqlDialect,
  sqlList,
  type SqlSession,
} from '../../../platform/database/sql-database.js';
import type { Lane } from '../../domain/lane.js';

/** A worker's name, and until when what it takes is its own; the times as the database has them. */
export interface Lease {
  readonly holder: string;
  readonly now: string;
  readonly end: string;
}

/**
 * Locks lanes until the transaction ends, after adding those that are not there. Comes before any lock of an event: who decides about a
 * lane has read what everybody before it has committed, and everybody after it will read what it commits.
 */
export async function lockLanes(
  session: SqlSession,
  { onTakenKey, inserted }: SqlDialect,
  lanes: readonly Lane[],
): Promise<void> {
  if (lanes.length === 0) return;
  const sorted = unique(lanes).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  await session.run(
    `INSERT INTO lanes (id, source, ordering_key) VALUES ${rowPlaceholders(sorted.length, 3)}
     ${onTakenKey('id')} source = ${inserted('source')}`,
    sorted.flatMap(({ id, source, orderingKey }) => [id, source, orderingKey]),
  );
}

/** Takes those locked lanes that nobody has; gives their ids. */
export async function takeFreeLanes(
  session: SqlSession,
  lanes: readonly Lane[],
  lease: Lease,
): Promise<Set<string>> {
  if (lanes.length === 0) return new Set();
  const ids = sqlList(unique(lanes).map(({ id }) => id));
  const free = await session.all(
    `SELECT id FROM lanes WHERE id IN (${ids.placeholders}) AND (holder IS NULL OR due_at <= ?)`,
    [...ids.values, lease.now],
  );
  if (free.length === 0) return new Set();
  const taken = sqlList(free.map((row) => row['id'] as string));
  await session.run(`UPDATE lanes SET holder = ?, due_at = ? WHERE id IN (${taken.placeholders})`, [
    lease.holder,
    lease.end,
    ...taken.values,
  ]);
  return new Set(taken.values);
}

/** Removes those locked lanes of ours in which no event is unfinished; gives the ids of the others, which stay ours. */
export async function leaveLanes(
  session: SqlSession,
  { deleteByKey }: SqlDialect,
  lanes: readonly Lane[],
): Promise<Set<string>> {
  if (lanes.length === 0) return new Set();
  const ids = sqlList(unique(lanes).map(({ id }) => id));
  await session.run(
    `${deleteByKey('lanes')} WHERE id IN (${ids.placeholders}) AND NOT EXISTS (
       SELECT 1 FROM events e
       WHERE e.source = lanes.source AND e.ordering_key = lanes.ordering_key AND e.status = 'RECEIVED')`,
    ids.values,
  );
  const left = await session.all(`SELECT id FROM lanes WHERE id IN (${ids.placeholders})`, ids.values);
  return new Set(left.map((row) => row['id'] as string));
}

/** Of these locked lanes, the ids of those in which one event at most is unfinished. */
export async function lanesOfOne(session: SqlSession, laneIds: readonly string[]): Promise<Set<string>> {
  if (laneIds.length === 0) return new Set();
  const ids = sqlList(laneIds);
  const crowded = await session.all(
    `SELECT l.id FROM lanes l
     JOIN events e ON e.source = l.source AND e.ordering_key = l.ordering_key AND e.status = 'RECEIVED'
     WHERE l.id IN (${ids.placeholders}) GROUP BY l.id HAVING COUNT(*) > 1`,
    ids.values,
  );
  const crowdedIds = new Set(crowded.map((row) => row['id'] as string));
  return new Set(laneIds.filter((id) => !crowdedIds.has(id)));
}

/** Has lanes looked at that nobody has and whose events have changed. They have to be locked. */
export async function wakeLanes(session: SqlSession, lanes: readonly Lane[], now: string): Promise<void> {
  if (lanes.length === 0) return;
  const ids = sqlList(unique(lanes).map(({ id }) => id));
  await session.run(`UPDATE lanes SET due_at = ? WHERE id IN (${ids.placeholders}) AND holder IS NULL`, [
    now,
    ...ids.values,
  ]);
}

function unique(lanes: readonly Lane[]): Lane[] {
  return [...new Map(lanes.map((lane) => [lane.id, lane])).values()];
}
