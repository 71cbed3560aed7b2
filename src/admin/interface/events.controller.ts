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
import { ApiBearerAuth, ApiOperation, ApiParam, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, Length } from 'class-validator';
import type { AuditEntry } from '../../audit/domain/audit-entry.js';
import { AdminCommand, Audit } from '../../audit/interface/admin-command.decorator.js';
import { EVENT_STATUSES, type EventStatus } from '../../ingestion/domain/event-status.js';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems, COMMAND_PROBLEMS } from '../../platform/http/api-problems.js';
import { pageBounds, PageQuery, TAKES_LIMIT } from '../../platform/http/page-query.js';
import { EventQueries } from '../application/event-queries.js';
import {
  EVENT_ID,
  EventDetailView,
  eventDetailJson,
  EventListView,
  eventView,
  EXAMPLES,
  ReplayView,
} from './event-views.js';

const ID = { name: 'id', format: 'uuid', example: EVENT_ID };
const TAKES_ID = 'id must be the UUID of an event.';
const UNDER_WAY = 'The event is still under way; replay it when it has ended.';

export class ListEvents extends PageQuery {
  @ApiPropertyOptional({ enum: EVENT_STATUSES, example: 'FAILED' })
  @IsOptional()
  @IsIn(EVENT_STATUSES, { message: `status must be one of ${EVENT_STATUSES.join(', ')}.` })
  status?: EventStatus;

  @ApiPropertyOptional({ example: 'stripe-eu' })
  @IsOptional()
  @Length(1, 64, { message: 'source must be the name of a source, 1 to 64 characters.' })
  source?: string;

  @ApiPropertyOptional({ example: 'invoice.paid' })
  @IsOptional()
  @Length(1, 255, { message: 'type must be an event type, 1 to 255 characters.' })
  type?: string;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: 'Only events that no handler takes, or only those that one does.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'unhandled must be true or false.' })
  unhandled?: 'true' | 'false';
}

@ApiTags('events')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('events')
@UseGuards(AdminKeyGuard)
export class EventsController {
  constructor(@Inject(EventQueries) private readonly queries: EventQueries) {}

  @Get()
  @ApiOperation({ operationId: 'listEvents', summary: 'List events, newest first' })
  @ApiAnswer(EventListView, 'A page of events.', EXAMPLES.list)
  @ApiProblems({ 400: TAKES_LIMIT })
  async list(@Query() query: ListEvents): Promise<EventListView> {
    const { items, next } = await this.queries.list({
      status: query.status,
      source: query.source,
      type: query.type,
      unhandled: query.unhandled === undefined ? undefined : query.unhandled === 'true',
      ...pageBounds(query),
    });
    return { events: items.map(eventView), nextCursor: next };
  }

  @Get(':id')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    operationId: 'getEvent',
    summary: 'Show an event with headers, payload, operations and attempts',
  })
  @ApiParam(ID)
  @ApiAnswer(EventDetailView, 'The event with everything that is kept of it.', EXAMPLES.detail)
  @ApiProblems({ 400: TAKES_ID, 404: noEvent(EVENT_ID) })
  async find(@Param('id', uuid()) id: string): Promise<string> {
    const detail = await this.queries.find(id);
    if (!detail) throw new NotFoundException(noEvent(id));
    return eventDetailJson(detail);
  }

  @Post(':id/replay')
  @HttpCode(HttpStatus.ACCEPTED)
  @AdminCommand('operator', { name: 'event.replay', target: 'id' })
  @ApiOperation({ operationId: 'replayEvent', summary: 'Run all operations of an event again, as a new run' })
  @ApiParam(ID)
  @ApiAnswer(ReplayView, 'The event is due again.', EXAMPLES.replay, HttpStatus.ACCEPTED)
  @ApiProblems({ ...COMMAND_PROBLEMS, 400: TAKES_ID, 404: noEvent(EVENT_ID), 409: UNDER_WAY })
  async replay(@Param('id', uuid()) id: string, @Audit() entry: AuditEntry): Promise<ReplayView> {
    if (!(await this.queries.replay(id))) {
      if (!(await this.queries.exists(id))) throw new NotFoundException(noEvent(id));
      throw new ConflictException(UNDER_WAY);
    }
    entry.affected(1);
    return { id, status: 'RECEIVED' };
  }
}

function noEvent(id: string): string {
  return `There is no event ${id}; GET /events lists those that there are.`;
}

function uuid(): ParseUUIDPipe {
  return new ParseUUIDPipe({ exceptionFactory: () => new BadRequestException(TAKES_ID) });
}
