import { v7 as uuidV7 } from 'uuid';
import {
  rowPlaceholders,
  type SqlDatabase,
  type SqlValue,
  toSqlTime,
} from '../../src/platform/database/sql-database.js';
import type { HandClock } from './stores.js';

/** What an event may be seeded with, by its column. */
export interface Seed {
  readonly source: string;
  readonly type?: string;
  readonly status?: 'RECEIVED' | 'PROCESSED' | 'FAILED';
  readonly ordering_key?: string | null;
  readonly position?: number;
  readonly holder?: string | null;
  readonly due_at?: string | null;
  readonly unhandled?: number;
  readonly claims?: number;
  readonly run?: number;
  readonly has_history?: number;
  readonly last_error?: string | null;
  readonly discarded_at?: string | null;
  readonly discard_reason?: string | null;
}

/** Puts events into the database as the core would have left them; an ended one has ended now. Gives their ids, in their order. */
export async function seedEvents(
  database: SqlDatabase,
  clock: HandClock,
  seeds: readonly Seed[],
): Promise<string[]> {
  const now = toSqlTime(clock.now());
  const ids = seeds.map(() => uuidV7({ msecs: clock.time })).toSorted();
  const rows = seeds.map(({ status = 'PROCESSED', ...seed }, index): Readonly<Record<string, SqlValue>> => ({
    id: ids[index] ?? '',
    provider: 'test',
    type: 'thing.happened',
    status,
    idempotency_key: 'key',
    ordering_key: null,
    position: clock.time,
    received_at: now,
    processed_at: status === 'PROCESSED' ? now : null,
    failed_at: status === 'FAILED' ? now : null,
    holder: null,
    due_at: status === 'RECEIVED' ? now : null,
    unhandled: 0,
    claims: 0,
    run: 0,
    has_history: 0,
    last_error: null,
    discarded_at: null,
    discard_reason: null,
    ...seed,
  }));
  const columns = Object.keys(rows[0] ?? {});
  await database.transaction(async (session) => {
    await session.run(
      `INSERT INTO events (${columns.join(', ')}) VALUES ${rowPlaceholders(rows.length, columns.length)}`,
      rows.flatMap((row) => columns.map((column) => row[column] ?? null)),
    );
  });
  return ids;
}
