import {
  rowPlaceholders,
  type SqlDialect,
  sqlList,
  type SqlSession,
} from '../../../platform/database/sql-database.js';
import type { Lane } from '../../domain/lane.js';

/** The index of events by lane and order. To read a lane by another one is to read, and to lock, what is no affair of the lane's. */
export const LANE_INDEX = 'ix_events_lane';

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

/** Removes those locked lanes in which no event is unfinished; gives the ids of the others. */
export async function leaveLanes(
  session: SqlSession,
  dialect: SqlDialect,
  lanes: readonly Lane[],
): Promise<Set<string>> {
  const { deleteByKey } = dialect;
  const laneIds = unique(lanes).map(({ id }) => id);
  // Not asked by the DELETE itself, which would lock every event that it looks at.
  const kept = await lanesWithMoreThan(0, session, dialect, laneIds);
  const empty = laneIds.filter((id) => !kept.has(id));
  if (empty.length > 0) {
    const ids = sqlList(empty);
    // Every source has a name; the hint needs a second column.
    await session.run(
      `${deleteByKey('lanes')} WHERE id IN (${ids.placeholders}) AND source <> ''`,
      ids.values,
    );
  }
  return kept;
}

/** Of these locked lanes, the ids of those in which one event at most is unfinished. */
export async function lanesOfOne(
  session: SqlSession,
  dialect: SqlDialect,
  laneIds: readonly string[],
): Promise<Set<string>> {
  const crowded = await lanesWithMoreThan(1, session, dialect, laneIds);
  return new Set(laneIds.filter((id) => !crowded.has(id)));
}

/** Of these locked lanes, the ids of those in which more than so many events are unfinished. */
async function lanesWithMoreThan(
  events: number,
  session: SqlSession,
  { byIndex }: SqlDialect,
  laneIds: readonly string[],
): Promise<Set<string>> {
  if (laneIds.length === 0) return new Set();
  const ids = sqlList(laneIds);
  const rows = await session.all(
    `SELECT l.id FROM lanes l
     JOIN events e ${byIndex(LANE_INDEX)}
       ON e.source = l.source AND e.ordering_key = l.ordering_key AND e.status = 'RECEIVED'
     WHERE l.id IN (${ids.placeholders}) GROUP BY l.id HAVING COUNT(*) > ${events}`,
    ids.values,
  );
  return new Set(rows.map((row) => row['id'] as string));
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
