import {
  fromSqlTime,
  type SqlDialect,
  sqlList,
  type SqlRow,
  type SqlSession,
  toSqlTime,
} from '../../../platform/database/sql-database.js';
import type { HandlerRules } from '../../domain/handler-rules.js';
import type { Hold } from '../../domain/hold.js';
import type { LaneFacts, RequiredBy } from '../../domain/lane-event.js';
import type { Lane } from '../../domain/lane.js';
import { withAllTheyRequire } from '../../domain/requirements.js';
import { replaceHolds } from '../history-rows.js';
import { LANE_INDEX } from './lane-rows.js';

/** What the lane's other events have come to, as far as these rules ask for it. */
export async function readLaneFacts(
  session: SqlSession,
  { byIndex }: SqlDialect,
  { id, source, orderingKey }: Lane,
  rules: readonly HandlerRules[],
  requiredBy: RequiredBy,
): Promise<LaneFacts> {
  const processed = new Set<string>();
  const required = rules.flatMap(({ requires }) => requires?.types ?? []);
  for (const type of withAllTheyRequire(required, requiredBy)) {
    const [one] = await session.all(
      `SELECT id FROM events ${byIndex(LANE_INDEX)}
       WHERE source = ? AND ordering_key = ? AND status = 'PROCESSED' AND type = ?
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
export async function parkEvents(
  session: SqlSession,
  dialect: SqlDialect,
  rows: readonly SqlRow[],
  parked: readonly Hold[],
  historyOf: (event: SqlRow) => { readonly holds: readonly Hold[] },
): Promise<void> {
  const holds: Hold[] = [];
  /** Most are parked for the first time, and have one deadline. */
  const idsByTime = new Map<string, string[]>();
  for (const row of rows) {
    const id = row['id'] as string;
    const own = parked.filter(({ eventId }) => eventId === id);
    if (own.length === 0) continue;
    const others = historyOf(row).holds.filter((held) =>
      own.every(({ handler }) => handler !== held.handler),
    );
    holds.push(...others, ...own);
    const times = [fromSqlTime(row['due_at']), ...own.map(({ dueAt }) => dueAt)].flatMap(
      (time) => time ?? [],
    );
    const earliest = toSqlTime(new Date(Math.min(...times.map((time) => time.getTime()))));
    idsByTime.set(earliest, [...(idsByTime.get(earliest) ?? []), id]);
  }
  await replaceHolds(session, dialect, [...idsByTime.values()].flat(), holds);
  for (const [time, eventIds] of idsByTime) {
    const ids = sqlList(eventIds);
    await session.run(
      `UPDATE events SET has_history = 1, due_at = CASE WHEN holder IS NULL THEN ? ELSE due_at END
       WHERE id IN (${ids.placeholders})`,
      [time, ...ids.values],
    );
  }
}
