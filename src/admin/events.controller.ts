import {
  BadRequestException,
  ConflictException,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsUUID, Matches, MaxLength } from 'class-validator';
import { EVENT_STATUSES, type EventStatus } from '../ingestion/domain/event-status.js';
import type { EventEntity } from '../ingestion/infrastructure/event.entity.js';
import { AdminKeyGuard } from '../platform/auth/admin-key.guard.js';
import { type EventDetail, EventQueries } from './event-queries.js';

const DEFAULT_LIMIT = 50;

export class ListEvents {
  @ApiPropertyOptional({ enum: EVENT_STATUSES })
  @IsOptional()
  @IsIn(EVENT_STATUSES, { message: `status must be one of ${EVENT_STATUSES.join(', ')}` })
  status?: EventStatus;

  @ApiPropertyOptional()
  @IsOptional()
  @MaxLength(64, { message: 'source must be the name of a source' })
  source?: string;

  @ApiPropertyOptional({ example: 'invoice.paid' })
  @IsOptional()
  @MaxLength(255, { message: 'type must be an event type of at most 255 characters' })
  type?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Received at or after this time.' })
  @IsOptional()
  @IsISO8601({ strict: true }, { message: 'from must be an ISO 8601 time, 2026-01-31T12:00:00Z say' })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Received before this time.' })
  @IsOptional()
  @IsISO8601({ strict: true }, { message: 'to must be an ISO 8601 time, 2026-01-31T12:00:00Z say' })
  to?: string;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: 200, default: DEFAULT_LIMIT })
  @IsOptional()
  @Matches(/^([1-9]\d?|1\d\d|200)$/, { message: 'limit must be a whole number from 1 to 200' })
  limit?: string;

  @ApiPropertyOptional({ description: 'nextCursor of the page before.' })
  @IsOptional()
  @IsUUID('7', { message: 'cursor must be the nextCursor of an earlier answer' })
  cursor?: string;
}

@ApiTags('events')
@ApiBearerAuth()
@Controller('events')
@UseGuards(AdminKeyGuard)
export class EventsController {
  constructor(@Inject(EventQueries) private readonly queries: EventQueries) {}

  @Get()
  async list(@Query() query: ListEvents): Promise<{ events: unknown[]; nextCursor: string | null }> {
    const limit = Number(query.limit ?? DEFAULT_LIMIT);
    const events = await this.queries.list({
      status: query.status,
      source: query.source,
      type: query.type,
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
      before: query.cursor,
      limit,
    });
    return {
      events: events.map(summary),
      nextCursor: events.length === limit ? (events.at(-1)?.id ?? null) : null,
    };
  }

  @Get(':id')
  @Header('content-type', 'application/json; charset=utf-8')
  async find(@Param('id', uuid()) id: string): Promise<string> {
    const detail = await this.queries.find(id);
    if (!detail) throw new NotFoundException(`there is no event ${id}`);
    return detailJson(detail);
  }

  @Post(':id/replay')
  @HttpCode(202)
  async replay(@Param('id', uuid()) id: string): Promise<{ id: string; status: EventStatus }> {
    if (!(await this.queries.find(id))) throw new NotFoundException(`there is no event ${id}`);
    if (!(await this.queries.replay(id)))
      throw new ConflictException('The event is still under way; replay it when it has ended.');
    return { id, status: 'RECEIVED' };
  }
}

function uuid(): ParseUUIDPipe {
  return new ParseUUIDPipe({
    exceptionFactory: () => new BadRequestException('id must be the UUID of an event'),
  });
}

function summary(event: EventEntity): Record<string, unknown> {
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

/** The payload is put in as the text it is: a number above 2^53 keeps its digits. */
function detailJson({ event, payload, attempts }: EventDetail): string {
  const rest = {
    ...summary(event),
    url: payload.url,
    headers: JSON.parse(payload.headers) as unknown,
    operations: [...new Set(attempts.map(({ handler }) => handler))].map((handler) => {
      const own = attempts.filter((attempt) => attempt.handler === handler);
      const last = own.at(-1);
      return {
        handler,
        status: last?.outcome === 'SUCCEEDED' ? 'SUCCEEDED' : last?.retryAt ? 'PENDING' : 'FAILED',
        result: last?.result ? (JSON.parse(last.result) as unknown) : null,
        attempts: own.map(({ run, attempt, outcome, startedAt, durationMs, error, retryAt }) => ({
          run,
          attempt,
          outcome,
          startedAt,
          durationMs,
          error,
          retryAt,
        })),
      };
    }),
  };
  const body = Buffer.from(payload.body);
  const text = body.toString('utf8');
  const [encoding, shown] = isJson(text)
    ? ['json', text]
    : ['base64', JSON.stringify(body.toString('base64'))];
  return `${JSON.stringify({ ...rest, payloadEncoding: encoding }).slice(0, -1)},"payload":${shown}}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
