import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { EventEntity } from '../../ingestion/infrastructure/event.entity.js';
import { narrowEvents } from '../../ingestion/infrastructure/narrow-events.js';
import { toSqlTime } from '../../platform/database/sql-database.js';
import type { ReplayPlan } from '../domain/replay.js';

/** What tells which events a replay is about. */
export type ReplaySelection = Pick<ReplayPlan, 'filter' | 'scope' | 'countedAt'>;

/** A query of the events, called `event`, that a replay is about: those that had ended by the time at which they were counted. */
export function replayableEvents(
  dataSource: DataSource,
  { filter, scope, countedAt }: ReplaySelection,
): SelectQueryBuilder<EventEntity> {
  const query = dataSource.getRepository(EventEntity).createQueryBuilder('event');
  // One that is under way has neither.
  query.where('COALESCE(event.processedAt, event.failedAt) <= :countedAt', {
    countedAt: toSqlTime(countedAt),
  });
  if (scope === 'FAILED') query.andWhere(`event.status = 'FAILED'`);
  return narrowEvents(query, { ...filter, discarded: filter.discarded ?? false });
}
