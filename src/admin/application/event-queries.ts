import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EventFilter } from '../../ingestion/domain/event-filter.js';
import { EventEntity } from '../../ingestion/infrastructure/event.entity.js';
import { EventPayloadEntity } from '../../ingestion/infrastructure/event-payload.entity.js';
import { narrowEvents } from '../../ingestion/infrastructure/narrow-events.js';
import { newestFirst, type Page, type PageBounds } from '../../platform/database/page.js';
import { AttemptEntity } from '../../processing/infrastructure/attempt.entity.js';
import { HoldEntity } from '../../processing/infrastructure/hold.entity.js';

/** An event, and what its operations wait for. */
export interface HeldEvent {
  readonly event: EventEntity;
  readonly holds: readonly HoldEntity[];
}

/** An event with everything that is kept of it. */
export interface EventDetail extends HeldEvent {
  readonly payload: EventPayloadEntity;
  /** In their order. */
  readonly attempts: readonly AttemptEntity[];
}

/** Reads events for people. */
@Injectable()
export class EventQueries {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Newest first. */
  async list(filter: EventFilter & PageBounds): Promise<Page<HeldEvent>> {
    const { before, limit } = filter;
    const query = this.dataSource.getRepository(EventEntity).createQueryBuilder('event');
    const { items, next } = await newestFirst(narrowEvents(query, filter), { before, limit });
    const holds = await this.holdsOf(items.filter(({ status }) => status === 'RECEIVED'));
    return {
      items: items.map((event) => ({ event, holds: holds.filter(({ eventId }) => eventId === event.id) })),
      next,
    };
  }

  async find(id: string): Promise<EventDetail | null> {
    const event = await this.dataSource.getRepository(EventEntity).findOneBy({ id });
    if (!event) return null;
    const [payload, attempts, holds] = await Promise.all([
      this.dataSource.getRepository(EventPayloadEntity).findOneByOrFail({ eventId: id }),
      this.dataSource
        .getRepository(AttemptEntity)
        .find({ where: { eventId: id }, order: { run: 'ASC', startedAt: 'ASC', attempt: 'ASC' } }),
      this.holdsOf([event]),
    ]);
    return { event, payload, attempts, holds };
  }

  private async holdsOf(events: readonly EventEntity[]): Promise<HoldEntity[]> {
    if (events.length === 0) return [];
    const eventId = In(events.map(({ id }) => id));
    return this.dataSource.getRepository(HoldEntity).find({ where: { eventId }, order: { handler: 'ASC' } });
  }
}
