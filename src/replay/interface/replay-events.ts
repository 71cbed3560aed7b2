import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsString, Length, Max, Min } from 'class-validator';
import type { EventFilter } from '../../ingestion/domain/event-filter.js';
import { REPLAY_SCOPES, type ReplayScope } from '../../ingestion/domain/event-status.js';
import { MayBeMissing } from '../../platform/http/may-be-missing.decorator.js';
import { givenTime, IsTime } from '../../platform/http/time-parameter.js';
import type { ReplayRequest } from '../domain/replay.js';

const ENDED = ['PROCESSED', 'FAILED'] as const;
const DEFAULT_RATE = 100;
const MOST_PER_SECOND = 10_000;
const TIME = { format: 'date-time', example: '2026-01-31T12:00:00Z' };
const TAKES_RATE = `ratePerSecond must be a whole number from 1 to ${MOST_PER_SECOND}.`;

export const TAKES_SCOPE = `scope must be one of ${REPLAY_SCOPES.join(', ')}.`;
export const SCOPE = {
  enum: REPLAY_SCOPES,
  default: 'ALL',
  description: 'FAILED: only operations that have not succeeded, of events that are FAILED.',
};

/** Which events to replay: what narrows GET /events. Events that are under way are never meant. */
export class ReplayFilter {
  @ApiPropertyOptional({ enum: ENDED, example: 'FAILED' })
  @MayBeMissing()
  @IsIn(ENDED, {
    message: `status must be one of ${ENDED.join(', ')}: what is under way cannot be replayed.`,
  })
  status?: (typeof ENDED)[number];

  @ApiPropertyOptional({ example: 'stripe-eu' })
  @MayBeMissing()
  @Length(1, 64, { message: 'source must be the name of a source, 1 to 64 characters.' })
  source?: string;

  @ApiPropertyOptional({ example: 'invoice.paid' })
  @MayBeMissing()
  @Length(1, 255, { message: 'type must be an event type, 1 to 255 characters.' })
  type?: string;

  @ApiPropertyOptional({ description: 'Only events that no handler took, or only those that one did.' })
  @MayBeMissing()
  @IsBoolean({ message: 'unhandled must be true or false.' })
  unhandled?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'true: only events that somebody has discarded; they are left out otherwise.',
  })
  @MayBeMissing()
  @IsBoolean({ message: 'discarded must be true or false.' })
  discarded?: boolean;

  @ApiPropertyOptional({ ...TIME, description: 'Only what came at or after this time.' })
  @MayBeMissing()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ ...TIME, description: 'Only what came before this time.' })
  @MayBeMissing()
  @IsTime()
  to?: string;
}

export class ReplayEvents extends ReplayFilter {
  @ApiPropertyOptional(SCOPE)
  @MayBeMissing()
  @IsIn(REPLAY_SCOPES, { message: TAKES_SCOPE })
  scope?: ReplayScope;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MOST_PER_SECOND,
    default: DEFAULT_RATE,
    description: 'How many events to replay in a second.',
  })
  @MayBeMissing()
  @IsInt({ message: TAKES_RATE })
  @Min(1, { message: TAKES_RATE })
  @Max(MOST_PER_SECOND, { message: TAKES_RATE })
  ratePerSecond?: number;

  @ApiProperty({
    required: false,
    description:
      'What this very request was answered with before; starts the replay. Without it the events are only counted.',
  })
  @MayBeMissing()
  @IsString({ message: 'confirm must be the text that an earlier answer had under confirm.' })
  confirm?: string;
}

/** The request that a body makes; null where it narrows nothing. */
export function replayRequest(body: ReplayEvents): ReplayRequest | null {
  const filter: EventFilter = {
    status: body.status,
    source: body.source,
    type: body.type,
    unhandled: body.unhandled,
    discarded: body.discarded,
    from: givenTime(body.from),
    to: givenTime(body.to),
  };
  if (Object.values(filter).every((value) => value === undefined)) return null;
  return { filter, scope: body.scope ?? 'ALL', ratePerSecond: body.ratePerSecond ?? DEFAULT_RATE };
}
