import { Inject, Injectable } from '@nestjs/common';
import type { ReplayScope } from '../../ingestion/domain/event-status.js';
import { SqlDatabase } from '../../platform/database/sql-database.js';
import type { ClaimedEvent } from '../domain/claimed-event.js';
import { claimedEvents } from './processing-rows.js';

/** Reads events as a worker would find them after a replay. */
@Injectable()
export class ReplayedEvents {
  constructor(@Inject(SqlDatabase) private readonly database: SqlDatabase) {}

  /** Null where there is no such event. */
  async read(
    eventId: string,
    scope: ReplayScope,
  ): Promise<(Omit<ClaimedEvent, 'body'> & { readonly body: Buffer }) | null> {
    return this.database.transaction(async (session) => {
      const [row] = await session.all(
        'SELECT e.*, p.headers, p.body FROM events e JOIN event_payloads p ON p.event_id = e.id WHERE e.id = ?',
        [eventId],
      );
      if (!row) return null;
      const replayed = { ...row, run: Number(row['run']) + 1, replay_scope: scope, has_history: 1 };
      const claimed = (await claimedEvents(session, [replayed])).get(eventId);
      return claimed ? { ...claimed, body: row['body'] as Buffer } : null;
    });
  }
}
