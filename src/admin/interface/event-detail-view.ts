import { ApiProperty } from '@nestjs/swagger';
import { parseJson } from 'hookwell/handler-kit';
import type { EventDetail } from '../application/event-queries.js';
import { EVENT_EXAMPLE, EventView, eventView } from './event-views.js';
import { ANY, OPERATION_EXAMPLE, OperationView, operationViews } from './operation-views.js';

/** Headers that can carry somebody's credentials: kept, since a scheme may sign them, and not shown. */
const CREDENTIALS = new Set(['authorization', 'proxy-authorization', 'cookie']);
const NOT_SHOWN = '[not shown]';

/** An event with everything that is kept of it. */
export class EventDetailView extends EventView {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      "The source's secret that its signature was verified with; null for events from before that was kept.",
  })
  secretId!: string | null;

  @ApiProperty({ description: 'The whole address as the provider called it.' })
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

export const DETAIL_EXAMPLE: EventDetailView = {
  ...EVENT_EXAMPLE,
  secretId: '0198c2a0-1b22-7d44-8a66-9c8d7e6f5a4b',
  url: 'https://hooks.example.com/webhooks/stripe-eu',
  headers: { 'content-type': 'application/json', 'stripe-signature': 't=1769860799,v1=5257a869e7ec' },
  operations: [OPERATION_EXAMPLE],
  payloadEncoding: 'json',
  payload: { id: 'evt_1PqTc2KZ7mY', type: 'invoice.paid' },
};

/** An {@link EventDetailView} as JSON. The payload goes in as the text it is, so a number above 2^53 keeps its digits. */
export function eventDetailJson(detail: EventDetail): string {
  const { payload, event } = detail;
  const body = Buffer.from(payload.body);
  const asJson = parseJson(body) !== undefined;
  const rest: Omit<EventDetailView, 'payload'> = {
    ...eventView(detail),
    secretId: event.secretId,
    url: payload.url,
    headers: withoutCredentials(JSON.parse(payload.headers) as EventDetailView['headers']),
    operations: operationViews(detail),
    payloadEncoding: asJson ? 'json' : 'base64',
  };
  const shown = asJson ? body.toString('utf8') : JSON.stringify(body.toString('base64'));
  return `${JSON.stringify(rest).slice(0, -1)},"payload":${shown}}`;
}

function withoutCredentials(headers: EventDetailView['headers']): EventDetailView['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, CREDENTIALS.has(name) ? NOT_SHOWN : value]),
  );
}
