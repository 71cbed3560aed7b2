import { createHash } from 'node:crypto';

/**
 * The events of one source and ordering key that serial handlers work on. Whoever has the lane works on them one after another; all that
 * is decided about them is decided under the lock of its row.
 */
export interface Lane {
  /** SHA-256 of source and key, in hex: of one length, and exact in every collation. */
  readonly id: string;
  readonly source: string;
  readonly orderingKey: string;
}

/** The lane of an event; null where it has no ordering key. */
export function laneOf({
  source,
  orderingKey,
}: {
  readonly source: string;
  readonly orderingKey: string | null;
}): Lane | null {
  if (orderingKey === null) return null;
  const id = createHash('sha256').update(`${source}\0${orderingKey}`).digest('hex');
  return { id, source, orderingKey };
}
