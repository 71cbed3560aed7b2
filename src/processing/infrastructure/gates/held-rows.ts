import type { SqlSession } from '../../../platform/database/sql-database.js';
import type { ClosedGate, GatedOperation } from '../../domain/gate.js';

/** An operation that a gate holds. */
export interface HeldOperation extends GatedOperation {
  readonly eventId: string;
}

/** Those that a gate holds and that nobody has in hand, who would write their holds over ours. */
const HELD = `FROM holds h JOIN events e ON e.id = h.event_id
  WHERE h.reason = ? AND h.waits_for = ? AND h.due_at IS NULL AND e.holder IS NULL AND e.status = 'RECEIVED'`;

/** Operations that a gate holds, the first that came to it first. */
export async function heldAt(
  session: SqlSession,
  { reason, waitsFor }: ClosedGate,
  most: number,
  lock = '',
): Promise<HeldOperation[]> {
  const rows = await session.all(
    `SELECT h.event_id, h.handler, e.source, e.provider ${HELD} ORDER BY h.since LIMIT ${most} ${lock}`,
    [reason, waitsFor],
  );
  return rows.map((row) => ({
    eventId: row['event_id'] as string,
    handler: row['handler'] as string,
    source: row['source'] as string,
    provider: row['provider'] as string,
  }));
}

/** Whether a gate holds anything that could be let through. */
export async function isAnyHeldAt(session: SqlSession, { reason, waitsFor }: ClosedGate): Promise<boolean> {
  const rows = await session.all(`SELECT 1 ${HELD} LIMIT 1`, [reason, waitsFor]);
  return rows.length > 0;
}
