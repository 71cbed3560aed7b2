import type { ReplayScope } from '../../ingestion/domain/event-status.js';
import { type SqlDialect, sqlList, type SqlSession } from '../../platform/database/sql-database.js';

/**
 * Makes events that have ended due again, as a new run. Each enters its lane by itself, as if it had just come.
 * @param eventIds events that the session has locked, and that have ended
 * @param now as the database has it
 */
export async function restartEvents(
  session: SqlSession,
  { deleteByKey }: SqlDialect,
  eventIds: readonly string[],
  scope: ReplayScope,
  now: string,
): Promise<void> {
  if (eventIds.length === 0) return;
  const ids = sqlList(eventIds);
  await session.run(
    `UPDATE events SET status = 'RECEIVED', run = run + 1, replay_scope = ?, has_history = 1, claims = 0, holder = NULL, due_at = ?,
       processed_at = NULL, failed_at = NULL, last_error = NULL, unhandled = 0, malformed = 0, discarded_at = NULL, discard_reason = NULL
     WHERE id IN (${ids.placeholders})`,
    [scope, now, ...ids.values],
  );
  await session.run(`${deleteByKey('holds')} WHERE event_id IN (${ids.placeholders})`, ids.values);
}
