import type { WebhookEvent } from 'hookwell/handler-kit';
import {
  fromSqlTime,
  rowPlaceholders,
  sqlList,
  type SqlRow,
  type SqlSession,
  toSqlTime,
} from '../../platform/database/sql-database.js';
import type { Attempt, AttemptOutcome } from '../domain/attempt.js';
import type { ClaimedEvent } from '../domain/claimed-event.js';

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

/** What is recorded of some events, in the order of their attempts. */
export async function earlierAttempts(
  session: SqlSession,
  eventIds: readonly string[],
): Promise<readonly SqlRow[]> {
  if (eventIds.length === 0) return [];
  const ids = sqlList(eventIds);
  return session.all(
    `SELECT event_id, run, handler, attempt, outcome, retry_at FROM attempts
     WHERE event_id IN (${ids.placeholders}) ORDER BY attempt`,
    ids.values,
  );
}

/** An event as it was claimed, from its row with headers and body, and the rows of {@link earlierAttempts}. */
export function claimedEvent(row: SqlRow, attempts: readonly SqlRow[]): ClaimedEvent {
  const id = row['id'] as string;
  const run = Number(row['run']);
  return {
    event: {
      id,
      source: row['source'] as string,
      provider: row['provider'] as string,
      type: row['type'] as string,
      idempotencyKey: row['idempotency_key'] as string,
      orderingKey: row['ordering_key'] as string | null,
      occurredAt: fromSqlTime(row['occurred_at']),
      receivedAt: fromSqlTime(row['received_at']) ?? new Date(0),
      headers: JSON.parse(row['headers'] as string) as WebhookEvent['headers'],
    },
    body: row['body'] as Buffer | null,
    run,
    claims: Number(row['claims']),
    attempts: attempts
      .filter((attempt) => attempt['event_id'] === id && Number(attempt['run']) === run)
      .map((attempt) => ({
        handler: attempt['handler'] as string,
        attempt: Number(attempt['attempt']),
        outcome: attempt['outcome'] as AttemptOutcome,
        retryAt: fromSqlTime(attempt['retry_at']),
      })),
  };
}
