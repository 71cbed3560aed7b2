import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EventEntity } from '../../ingestion/infrastructure/event.entity.js';
import { EventPayloadEntity } from '../../ingestion/infrastructure/event-payload.entity.js';
import type { EventStatus } from '../../ingestion/domain/event-status.js';
import { Clock } from '../../platform/clock.js';
import { newestFirst, type Page, type PageBounds } from '../../platform/database/page.js';
import { SqlDatabase, toSqlTime } from '../../platform/database/sql-database.js';
import { AttemptEntity } from '../../processing/infrastructure/attempt.entity.js';

/** What a list of events is narrowed by. */
export interface EventFilter extends PageBounds {
  readonly status?: EventStatus | undefined;
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  readonly unhandled?: boolean | undefined;
}

/** An event with everything that is kept of it. */
export interface EventDetail {
  readonly event: EventEntity;
  readonly payload: EventPayloadEntity;
  readonly attempts: readonly AttemptEntity[];
}

/** Reads events for people, and starts replays. */
@Injectable()
export class EventQueries {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Newest first. */
  list(filter: EventFilter): Promise<Page<EventEntity>> {
    const query = this.dataSource.getRepository(EventEntity).createQueryBuilder('event');
    if (filter.status) query.andWhere('event.status = :status', { status: filter.status });
    if (filter.source) query.andWhere('event.source = :source', { source: filter.source });
    if (filter.type) query.andWhere('event.type = :type', { type: filter.type });
    if (filter.unhandled !== undefined)
      query.andWhere('event.unhandled = :unhandled', { unhandled: filter.unhandled });
    return newestFirst(query, filter);
  }

  exists(id: string): Promise<boolean> {
    return this.dataSource.getRepository(EventEntity).existsBy({ id });
  }

  async find(id: string): Promise<EventDetail | null> {
    const event = await this.dataSource.getRepository(EventEntity).findOneBy({ id });
    if (!event) return null;
    const [payload, attempts] = await Promise.all([
      this.dataSource.getRepository(EventPayloadEntity).findOneByOrFail({ eventId: id }),
      this.dataSource
        .getRepository(AttemptEntity)
        .find({ where: { eventId: id }, order: { run: 'ASC', startedAt: 'ASC', attempt: 'ASC' } }),
    ]);
    return { event, payload, attempts };
  }

  /** Makes an event that has come to its end due again, as a new run; false when it has not come to its end. */
  async replay(id: string): Promise<boolean> {
    const changed = await this.database.transaction((session) =>
      session.run(
        `UPDATE events SET status = 'RECEIVED', run = run + 1, claims = 0, holder = NULL, due_at = ?, processed_at = NULL, last_error = NULL
         WHERE id = ? AND status <> 'RECEIVED'`,
        [toSqlTime(this.clock.now()), id],
      ),
    );
    return changed === 1;
  }
}
