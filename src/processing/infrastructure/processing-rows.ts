import type { WebhookEvent } from 'hookwell/handler-kit';
import { fromSqlTime, type SqlRow, type SqlSession } from '../../platform/database/sql-database.js';
import type { ClaimedEvent } from '../domain/claimed-event.js';
import { readHistories } from './history-rows.js';

/** A claim brings no larger bodies along: a batch of GitHub's largest would not fit into the memory. */
const LARGE_BODY = 256 * 1024;

/** What a claim reads of its events, which are called e. */
export const CLAIMED_COLUMNS = `e.*, p.headers, CASE WHEN LENGTH(p.body) <= ${LARGE_BODY} THEN p.body END AS body`;

/** Events as they were claimed, from rows of {@link CLAIMED_COLUMNS}, by id. */
export async function claimedEvents(
  session: SqlSession,
  rows: readonly SqlRow[],
): Promise<Map<string, ClaimedEvent>> {
  const historyOf = await readHistories(session, rows);
  return new Map(
    rows.map((row) => {
      const id = row['id'] as string;
      return [
        id,
        {
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
          position: Number(row['position']),
          run: Number(row['run']),
          claims: Number(row['claims']),
          ...historyOf(row),
        },
      ];
    }),
  );
}
