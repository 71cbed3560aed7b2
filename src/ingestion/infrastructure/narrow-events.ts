import type { SelectQueryBuilder } from 'typeorm';
import { narrowToTimes } from '../../platform/database/page.js';
import type { EventFilter } from '../domain/event-filter.js';
import type { EventEntity } from './event.entity.js';

/** Narrows a query of events that are called `event`. */
export function narrowEvents(
  query: SelectQueryBuilder<EventEntity>,
  { status, source, type, unhandled, discarded, from, to }: EventFilter,
): SelectQueryBuilder<EventEntity> {
  if (status) query.andWhere('event.status = :status', { status });
  if (source) query.andWhere('event.source = :source', { source });
  if (type) query.andWhere('event.type = :type', { type });
  if (unhandled !== undefined)
    query.andWhere('event.unhandled = :unhandled', { unhandled: Number(unhandled) });
  if (discarded !== undefined) query.andWhere(`event.discardedAt IS ${discarded ? 'NOT NULL' : 'NULL'}`);
  return narrowToTimes(query, { from, to });
}
