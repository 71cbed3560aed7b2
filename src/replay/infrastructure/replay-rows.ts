import type { EventFilter } from '../../ingestion/domain/event-filter.js';
import type { Replay } from '../domain/replay.js';
import type { ReplayEntity } from './replay.entity.js';

/** A filter as it is kept, and as two are compared: of equal ones the text is equal. */
export function filterJson({ status, source, type, unhandled, discarded, from, to }: EventFilter): string {
  return JSON.stringify({ status, source, type, unhandled, discarded, from, to });
}

/** Reads what {@link filterJson} has written. */
export function filterOf(json: string): EventFilter {
  const { from, to, ...rest } = JSON.parse(json) as Omit<EventFilter, 'from' | 'to'> & {
    readonly from?: string;
    readonly to?: string;
  };
  return {
    ...rest,
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(to === undefined ? {} : { to: new Date(to) }),
  };
}

export function replayOf({ filter, createdAt, ...entity }: ReplayEntity): Replay {
  return {
    id: entity.id,
    filter: filterOf(filter),
    scope: entity.scope,
    ratePerSecond: entity.ratePerSecond,
    countedAt: createdAt,
    upTo: entity.upTo,
    total: entity.total,
    status: entity.status,
    cursor: entity.cursor,
    replayed: entity.replayed,
    skipped: entity.skipped,
    startedAt: entity.startedAt,
    finishedAt: entity.finishedAt,
    cancelledAt: entity.cancelledAt,
  };
}
