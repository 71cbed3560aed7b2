import { ApiProperty } from '@nestjs/swagger';
import { parseJson } from 'hookwell/handler-kit';
import { EVENT_STATUSES, type EventStatus } from '../../ingestion/domain/event-status.js';
import type { EventEntity } from '../../ingestion/infrastructure/event.entity.js';
import { ATTEMPT_OUTCOMES, type AttemptOutcome } from '../../processing/domain/attempt.js';
import type { AttemptEntity } from '../../processing/infrastructure/attempt.entity.js';
import type { EventDetail } from '../application/event-queries.js';

const ID = { format: 'uuid' };
const TIME = { type: String, format: 'date-time' };
/** Any JSON; left to itself, Nest would call it an object. */
const ANY = {
  oneOf: [
    { type: 'object', nullable: true },
    { type: 'array', items: {} },
    ...['string', 'number', 'boolean'].map((type) => ({ type })),
  ],
};
const OPERATION_STATUSES = ['SUCCEEDED', 'PENDING', 'FAILED'] as const;

/** Headers that can carry somebody's credentials: kept, since a scheme may sign them, and not shown. */
const CREDENTIALS = new Set(['authorization', 'proxy-authorization', 'cookie']);
const NOT_SHOWN = '[not shown]';

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

  @ApiProperty({ type: String, nullable: true, description: 'The entity it is about.' })
  orderingKey!: string | null;

  @ApiProperty({ ...TIME, nullable: true, description: "By the provider's clock." })
  occurredAt!: Date | null;

  @ApiProperty({ ...TIME, description: 'By our clock.' })
  receivedAt!: Date;

  @ApiProperty({ ...TIME, nullable: true })
  processedAt!: Date | null;

  @ApiProperty({ ...TIME, nullable: true, description: 'When a failed operation is tried again.' })
  nextAttemptAt!: Date | null;

  @ApiProperty({ description: 'How often it was replayed.' })
  replays!: number;

  @ApiProperty({ description: 'No handler takes its type.' })
  unhandled!: boolean;

  @ApiProperty({ description: 'Its body is not JSON, so no handler was run.' })
  malformed!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Why it is FAILED or tried again.' })
  lastError!: string | null;
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

export class AttemptView {
  @ApiProperty({ description: '0 for the original delivery, then one more for each replay.' })
  run!: number;

  @ApiProperty({ description: 'From 1 in each run.' })
  attempt!: number;

  @ApiProperty({ enum: ATTEMPT_OUTCOMES })
  outcome!: AttemptOutcome;

  @ApiProperty(TIME)
  startedAt!: Date;

  @ApiProperty()
  durationMs!: number;

  @ApiProperty({ ...ANY, description: 'JSON that the handler returned.' })
  result!: unknown;

  @ApiProperty({ type: String, nullable: true, description: 'The error with its stack.' })
  error!: string | null;

  @ApiProperty({ ...TIME, nullable: true })
  retryAt!: Date | null;
}

export class OperationView {
  @ApiProperty()
  handler!: string;

  @ApiProperty({ enum: OPERATION_STATUSES })
  status!: (typeof OPERATION_STATUSES)[number];

  @ApiProperty({ ...ANY, description: 'Result of the last attempt.' })
  result!: unknown;

  @ApiProperty({ type: [AttemptView] })
  attempts!: AttemptView[];
}

/** An event with everything that is kept of it. */
export class EventDetailView extends EventView {
  @ApiProperty()
  url!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    description: 'As sent, names in lower case; a repeated header is a list; credentials are not shown.',
  })
  headers!: Record<string, string | string[]>;

  @ApiProperty({ type: [OperationView] })
  operations!: OperationView[];

  @ApiProperty({ enum: ['json', 'base64'] })
  payloadEncoding!: 'json' | 'base64';

  @ApiProperty({ ...ANY, description: 'The body: as JSON, or in base64.' })
  payload!: unknown;
}

export class ReplayView {
  @ApiProperty(ID)
  id!: string;

  @ApiProperty({ enum: EVENT_STATUSES })
  status!: EventStatus;
}

// What the views look like, for the documentation.

const EVENT = {
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
  nextAttemptAt: null,
  replays: 0,
  unhandled: false,
  malformed: false,
  lastError: null,
} satisfies EventView;

const OPERATION: OperationView = {
  handler: 'RecordInvoice',
  status: 'SUCCEEDED',
  result: { invoice: 'in_1PqTbxKZ7mY', status: 'paid' },
  attempts: [
    {
      run: 0,
      attempt: 1,
      outcome: 'SUCCEEDED',
      startedAt: new Date('2026-01-31T12:00:00.008Z'),
      durationMs: 12,
      result: { invoice: 'in_1PqTbxKZ7mY', status: 'paid' },
      error: null,
      retryAt: null,
    },
  ],
};

export const EXAMPLES = {
  list: { events: [EVENT], nextCursor: EVENT_ID } satisfies EventListView,
  detail: {
    ...EVENT,
    url: '/webhooks/stripe-eu',
    headers: { 'content-type': 'application/json', 'stripe-signature': 't=1769860799,v1=5257a869e7ec' },
    operations: [OPERATION],
    payloadEncoding: 'json',
    payload: { id: 'evt_1PqTc2KZ7mY', type: 'invoice.paid' },
  } satisfies EventDetailView,
  replay: { id: EVENT_ID, status: 'RECEIVED' } satisfies ReplayView,
};

export function eventView(event: EventEntity): Pick<EventView, keyof EventView> {
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
    nextAttemptAt: event.status === 'RECEIVED' && event.holder === null ? event.dueAt : null,
    replays: event.run,
    unhandled: event.unhandled,
    malformed: event.malformed,
    lastError: event.lastError,
  };
}

/** An {@link EventDetailView} as JSON. The payload goes in as the text it is, so a number above 2^53 keeps its digits. */
export function eventDetailJson({ event, payload, attempts }: EventDetail): string {
  const body = Buffer.from(payload.body);
  const asJson = parseJson(body) !== undefined;
  const rest: Omit<EventDetailView, 'payload'> = {
    ...eventView(event),
    url: payload.url,
    headers: withoutCredentials(JSON.parse(payload.headers) as EventDetailView['headers']),
    operations: operationViews(attempts),
    payloadEncoding: asJson ? 'json' : 'base64',
  };
  const shown = asJson ? body.toString('utf8') : JSON.stringify(body.toString('base64'));
  return `${JSON.stringify(rest).slice(0, -1)},"payload":${shown}}`;
}

function operationViews(attempts: readonly AttemptEntity[]): OperationView[] {
  return [...new Set(attempts.map(({ handler }) => handler))].map((handler) => {
    const own = attempts.filter((attempt) => attempt.handler === handler).map(attemptView);
    const last = own.at(-1);
    const status = last?.outcome === 'SUCCEEDED' ? 'SUCCEEDED' : last?.retryAt ? 'PENDING' : 'FAILED';
    return { handler, status, result: last?.result ?? null, attempts: own };
  });
}

function attemptView({
  run,
  attempt,
  outcome,
  startedAt,
  durationMs,
  result,
  error,
  retryAt,
}: AttemptEntity): AttemptView {
  return {
    run,
    attempt,
    outcome,
    startedAt,
    durationMs,
    result: result === null ? null : (JSON.parse(result) as unknown),
    error,
    retryAt,
  };
}

function withoutCredentials(headers: EventDetailView['headers']): EventDetailView['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, CREDENTIALS.has(name) ? NOT_SHOWN : value]),
  );
}
