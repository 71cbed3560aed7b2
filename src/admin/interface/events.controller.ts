import { Controller, Get, Header, Inject, NotFoundException, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, Length } from 'class-validator';
import { EVENT_STATUSES, type EventStatus } from '../../ingestion/domain/event-status.js';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems } from '../../platform/http/api-problems.js';
import { uuidParameter } from '../../platform/http/id-parameter.js';
import { pageBounds, PageQuery, TAKES_LIMIT } from '../../platform/http/page-query.js';
import { EventQueries } from '../application/event-queries.js';
import { DETAIL_EXAMPLE, EventDetailView, eventDetailJson } from './event-detail-view.js';
import { EVENT_PARAMETER, noEvent, TAKES_EVENT_ID } from './event-parameter.js';
import { EVENT_ID, EventListView, eventView, LIST_EXAMPLE } from './event-views.js';

const FLAG = ['true', 'false'] as const;
type Flag = (typeof FLAG)[number];

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
  @IsIn(FLAG, { message: 'unhandled must be true or false.' })
  unhandled?: Flag;

  @ApiPropertyOptional({
    type: Boolean,
    example: false,
    description: 'Only events that somebody has discarded, or only those that nobody has.',
  })
  @IsOptional()
  @IsIn(FLAG, { message: 'discarded must be true or false.' })
  discarded?: Flag;
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
  @ApiAnswer(EventListView, 'A page of events.', LIST_EXAMPLE)
  @ApiProblems({ 400: TAKES_LIMIT })
  async list(@Query() query: ListEvents): Promise<EventListView> {
    const { items, next } = await this.queries.list({
      status: query.status,
      source: query.source,
      type: query.type,
      unhandled: flag(query.unhandled),
      discarded: flag(query.discarded),
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
  @ApiParam(EVENT_PARAMETER)
  @ApiAnswer(EventDetailView, 'The event with everything that is kept of it.', DETAIL_EXAMPLE)
  @ApiProblems({ 400: TAKES_EVENT_ID, 404: noEvent(EVENT_ID) })
  async find(@Param('id', uuidParameter(TAKES_EVENT_ID)) id: string): Promise<string> {
    const detail = await this.queries.find(id);
    if (!detail) throw new NotFoundException(noEvent(id));
    return eventDetailJson(detail);
  }
}

function flag(text: Flag | undefined): boolean | undefined {
  return text === undefined ? undefined : text === 'true';
}
