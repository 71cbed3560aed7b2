import { ApiProperty } from '@nestjs/swagger';
import {
  EVENT_STATUSES,
  type EventStatus,
  REPLAY_SCOPES,
  type ReplayScope,
} from '../../ingestion/domain/event-status.js';
import type { HeldEvent } from '../application/event-queries.js';
import { deadlineOf, waitingForText } from './waiting-for.js';

const ID = { format: 'uuid' };
const TIME = { type: String, format: 'date-time' };
const TEXT = { type: String, nullable: true };

export const EVENT_ID = '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50';

/** An event without its payload. */
export class EventView {
  @ApiProperty(ID)
  id!: string;

  @ApiProperty()
  source!: string;

  @ApiProperty()
  provider!: string;

  @ApiProperty()
  type!: string;

  @ApiProperty({ enum: EVENT_STATUSES })
  status!: EventStatus;

  @ApiProperty()
  idempotencyKey!: string;

  @ApiProperty({ ...TEXT, description: 'The entity it is about.' })
  orderingKey!: string | null;

  @ApiProperty({ ...TIME, nullable: true, description: "By the provider's clock." })
  occurredAt!: Date | null;

  @ApiProperty({ ...TIME, description: 'By our clock.' })
  receivedAt!: Date;

  @ApiProperty({ ...TIME, nullable: true })
  processedAt!: Date | null;

  @ApiProperty({ ...TIME, nullable: true })
  failedAt!: Date | null;

  @ApiProperty({ ...TIME, nullable: true, description: 'When it is taken up again, whatever it waits for.' })
  nextAttemptAt!: Date | null;

  @ApiProperty({ ...TEXT, description: 'What it waits for, other than its next attempt.' })
  waitingFor!: string | null;

  @ApiProperty({
    ...TIME,
    nullable: true,
    description: 'When the first of its operations that wait gives up waiting.',
  })
  deadline!: Date | null;

  @ApiProperty({ description: 'How often it was replayed.' })
  replays!: number;

  @ApiProperty({ ...TEXT, enum: [...REPLAY_SCOPES, null], description: "The last replay's scope." })
  replayScope!: ReplayScope | null;

  @ApiProperty({ description: 'No handler takes its type.' })
  unhandled!: boolean;

  @ApiProperty({ description: 'Its body is neither JSON nor a form, so no handler was run.' })
  malformed!: boolean;

  @ApiProperty({ ...TEXT, description: 'Why it is FAILED or tried again.' })
  lastError!: string | null;

  @ApiProperty({ ...TIME, nullable: true, description: 'When somebody has discarded it.' })
  discardedAt!: Date | null;

  @ApiProperty({ ...TEXT, description: 'Why.' })
  discardReason!: string | null;
}

export class EventListView {
  @ApiProperty({ type: [EventView] })
  events!: EventView[];

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'Send it as cursor for the next page; null on the last.',
  })
  nextCursor!: string | null;
}

/** What an event looks like, for the documentation. */
export const EVENT_EXAMPLE = {
  id: EVENT_ID,
  source: 'stripe-eu',
  provider: 'stripe',
  type: 'invoice.paid',
  status: 'PROCESSED',
  idempotencyKey: 'evt_1PqTc2KZ7mY',
  orderingKey: 'in_1PqTbxKZ7mY',
  occurredAt: new Date('2026-01-31T11:59:59.000Z'),
  receivedAt: new Date('2026-01-31T12:00:00.000Z'),
  processedAt: new Date('2026-01-31T12:00:00.020Z'),
  failedAt: null,
  nextAttemptAt: null,
  waitingFor: null,
  deadline: null,
  replays: 0,
  replayScope: null,
  unhandled: false,
  malformed: false,
  lastError: null,
  discardedAt: null,
  discardReason: null,
} satisfies EventView;

export const LIST_EXAMPLE: EventListView = { events: [EVENT_EXAMPLE], nextCursor: EVENT_ID };

export function eventView({ event, holds }: HeldEvent): Pick<EventView, keyof EventView> {
  return {
    id: event.id,
    source: event.source,
    provider: event.provider,
    type: event.type,
    status: event.status,
    idempotencyKey: event.idempotencyKey,
    orderingKey: event.orderingKey,
    occurredAt: event.occurredAt,
    receivedAt: event.receivedAt,
    processedAt: event.processedAt,
    failedAt: event.failedAt,
    nextAttemptAt: event.status === 'RECEIVED' && event.holder === null ? event.dueAt : null,
    waitingFor: waitingForText(event, holds),
    deadline: deadlineOf(holds),
    replays: event.run,
    replayScope: event.replayScope,
    unhandled: event.unhandled,
    malformed: event.malformed,
    lastError: event.lastError,
    discardedAt: event.discardedAt,
    discardReason: event.discardReason,
  };
}
