import {
  BadRequestException,
  ConflictException,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Inject,
  NotFoundException,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, Matches, MaxLength } from 'class-validator';
import { EVENT_STATUSES, type EventStatus } from '../../ingestion/domain/event-status.js';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiProblems, UNAUTHORIZED } from '../../platform/http/api-problems.js';
import { EventQueries } from '../application/event-queries.js';
import { EventDetailView, eventDetailJson, EventListView, eventView, ReplayView } from './event-views.js';
import { IsTime, parseTime } from './time-parameter.js';

const DEFAULT_LIMIT = 50;
const EVENT_ID = { name: 'id', format: 'uuid', example: '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50' };
const TIME = { format: 'date-time', example: '2026-01-31T12:00:00Z' };
const TIME_FORMS = 'a date will do, and a time without an offset is UTC.';
const NO_EVENT = { 404: 'there is no event 0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50' } as const;
const NO_UUID = { 400: 'id must be the UUID of an event' } as const;

export class ListEvents {
  @ApiPropertyOptional({ enum: EVENT_STATUSES })
  @IsOptional()
  @IsIn(EVENT_STATUSES, { message: `status must be one of ${EVENT_STATUSES.join(', ')}` })
  status?: EventStatus;

  @ApiPropertyOptional({ example: 'stripe-eu' })
  @IsOptional()
  @MaxLength(64, { message: 'source must be the name of a source' })
  source?: string;

  @ApiPropertyOptional({ example: 'invoice.paid' })
  @IsOptional()
  @MaxLength(255, { message: 'type must be an event type of at most 255 characters' })
  type?: string;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'Only events that no handler takes, or only those that one does.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'unhandled must be true or false' })
  unhandled?: 'true' | 'false';

  @ApiPropertyOptional({ ...TIME, description: `Received at or after this time; ${TIME_FORMS}` })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ ...TIME, description: `Received before this time; ${TIME_FORMS}` })
  @IsOptional()
  @IsTime()
  to?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: DEFAULT_LIMIT })
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
  @ApiOperation({ operationId: 'listEvents', summary: 'List events, newest first' })
  @ApiOkResponse({ type: EventListView })
  @ApiProblems({ 400: 'limit must be a whole number from 1 to 200', ...UNAUTHORIZED })
  async list(@Query() query: ListEvents): Promise<EventListView> {
    const limit = Number(query.limit ?? DEFAULT_LIMIT);
    const events = await this.queries.list({
      status: query.status,
      source: query.source,
      type: query.type,
      unhandled: query.unhandled === undefined ? undefined : query.unhandled === 'true',
      from: time(query.from),
      to: time(query.to),
      before: query.cursor,
      limit,
    });
    return {
      events: events.map(eventView),
      nextCursor: events.length === limit ? (events.at(-1)?.id ?? null) : null,
    };
  }

  @Get(':id')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    operationId: 'getEvent',
    summary: 'Show an event with headers, payload, operations and attempts',
  })
  @ApiParam(EVENT_ID)
  @ApiOkResponse({ type: EventDetailView })
  @ApiProblems({ ...NO_UUID, ...UNAUTHORIZED, ...NO_EVENT })
  async find(@Param('id', uuid()) id: string): Promise<string> {
    const detail = await this.queries.find(id);
    if (!detail) throw new NotFoundException(`there is no event ${id}`);
    return eventDetailJson(detail);
  }

  @Post(':id/replay')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({ operationId: 'replayEvent', summary: 'Run all operations of an event again, as a new run' })
  @ApiParam(EVENT_ID)
  @ApiAcceptedResponse({ type: ReplayView })
  @ApiProblems({
    ...NO_UUID,
    ...UNAUTHORIZED,
    ...NO_EVENT,
    409: 'The event is still under way; replay it when it has ended.',
  })
  async replay(@Param('id', uuid()) id: string): Promise<ReplayView> {
    if (await this.queries.replay(id)) return { id, status: 'RECEIVED' };
    if (!(await this.queries.exists(id))) throw new NotFoundException(`there is no event ${id}`);
    throw new ConflictException('The event is still under way; replay it when it has ended.');
  }
}

function time(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : (parseTime(text) ?? undefined);
}

function uuid(): ParseUUIDPipe {
  return new ParseUUIDPipe({ exceptionFactory: () => new BadRequestException(NO_UUID[400]) });
}
