import type { ReplayScope } from '../../ingestion/domain/event-status.js';
import {
  fromSqlTime,
  rowPlaceholders,
  type SqlDialect,
  sqlList,
  type SqlRow,
  type SqlSession,
  toSqlTime,
} from '../../platform/database/sql-database.js';
import type { Attempt, AttemptOutcome } from '../domain/attempt.js';
import type { Hold, HoldReason } from '../domain/hold.js';
import { attemptsOfRun, type History, type KnownAttempt } from '../domain/operations.js';
import type { Applied } from '../domain/settlement.js';

const WAITS_FOR_COLUMN = 255;

/** Records attempts. Fails where one with the same key is recorded already. */
export async function insertAttempts(session: SqlSession, attempts: readonly Attempt[]): Promise<void> {
  if (attempts.length === 0) return;
  await session.run(
    `INSERT INTO attempts (event_id, run, handler, attempt, outcome, started_at, duration_ms, result, error, retry_at)
     VALUES ${rowPlaceholders(attempts.length, 10)}`,
    attempts.flatMap((attempt) => [
      attempt.eventId,
      attempt.run,
      attempt.handler,
      attempt.attempt,
      attempt.outcome,
      toSqlTime(attempt.startedAt),
      attempt.durationMs,
      attempt.result,
      attempt.error,
      attempt.retryAt && toSqlTime(attempt.retryAt),
    ]),
  );
}

/** Makes these all the holds that the events have. */
export async function replaceHolds(
  session: SqlSession,
  { deleteByKey }: SqlDialect,
  eventIds: readonly string[],
  holds: readonly Hold[],
): Promise<void> {
  if (eventIds.length === 0) return;
  const ids = sqlList(eventIds);
  await session.run(`${deleteByKey('holds')} WHERE event_id IN (${ids.placeholders})`, ids.values);
  await insertHolds(session, holds);
}

/** Adds holds of operations that have none. */
async function insertHolds(session: SqlSession, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return;
  await session.run(
    `INSERT INTO holds (event_id, handler, reason, waits_for, since, deadline, due_at)
     VALUES ${rowPlaceholders(holds.length, 7)}`,
    holds.flatMap((hold) => [
      hold.eventId,
      hold.handler,
      hold.reason,
      hold.waitsFor.slice(0, WAITS_FOR_COLUMN),
      toSqlTime(hold.since),
      hold.deadline && toSqlTime(hold.deadline),
      hold.dueAt && toSqlTime(hold.dueAt),
    ]),
  );
}

/** Remembers how far handlers have come that pass over older events. */
export async function advancePositions(
  session: SqlSession,
  { onTakenKey, inserted }: SqlDialect,
  applied: readonly Applied[],
): Promise<void> {
  for (const { laneId, handler, position } of applied) {
    const given = inserted('position');
    await session.run(
      `INSERT INTO applied_positions (lane_id, handler, position) VALUES (?, ?, ?)
       ${onTakenKey('lane_id, handler')} position = CASE WHEN ${given} > position THEN ${given} ELSE position END`,
      [laneId, handler, position],
    );
  }
}

/** The histories of those events that have one; their rows are as the events table has them. */
export async function readHistories(
  session: SqlSession,
  events: readonly SqlRow[],
): Promise<(event: SqlRow) => History> {
  const eventIds = events.filter((row) => Number(row['has_history']) === 1).map((row) => row['id'] as string);
  if (eventIds.length === 0) return () => ({ attempts: [], holds: [] });
  const ids = sqlList(eventIds);
  const attempts = await session.all(
    `SELECT event_id, run, handler, attempt, outcome, retry_at FROM attempts
     WHERE event_id IN (${ids.placeholders}) ORDER BY run, attempt`,
    ids.values,
  );
  const holds = await session.all(`SELECT * FROM holds WHERE event_id IN (${ids.placeholders})`, ids.values);
  const own = (rows: readonly SqlRow[], { id }: SqlRow): SqlRow[] =>
    rows.filter((row) => row['event_id'] === id);
  return (event) => ({
    attempts: attemptsOfRun(
      { run: Number(event['run']), scope: event['replay_scope'] as ReplayScope | null },
      own(attempts, event).map(attemptOf),
    ),
    holds: own(holds, event).map(holdOf),
  });
}

function attemptOf(row: SqlRow): KnownAttempt & Pick<Attempt, 'run'> {
  return {
    run: Number(row['run']),
    handler: row['handler'] as string,
    attempt: Number(row['attempt']),
    outcome: row['outcome'] as AttemptOutcome,
    retryAt: fromSqlTime(row['retry_at']),
  };
}

function holdOf(row: SqlRow): Hold {
  return {
    eventId: row['event_id'] as string,
    handler: row['handler'] as string,
    reason: row['reason'] as HoldReason,
    waitsFor: row['waits_for'] as string,
    since: fromSqlTime(row['since']) ?? new Date(0),
    deadline: fromSqlTime(row['deadline']),
    dueAt: fromSqlTime(row['due_at']),
  };
}
