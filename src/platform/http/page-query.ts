import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID, Matches } from 'class-validator';
import type { PageBounds } from '../database/page.js';
import { givenTime, IsTime } from './time-parameter.js';

const DEFAULT_LIMIT = 50;
const TIME = { format: 'date-time', example: '2026-01-31T12:00:00Z' };
const TIME_FORMS = 'a date will do, and a time without an offset is UTC.';
const CURSOR = { format: 'uuid', example: '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50' };

export const TAKES_LIMIT = 'limit must be a whole number from 1 to 200.';

/** The parameters that every list has which is shown page by page, newest first. */
export class PageQuery {
  @ApiPropertyOptional({ ...TIME, description: `Only what came at or after this time; ${TIME_FORMS}` })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ ...TIME, description: `Only what came before this time; ${TIME_FORMS}` })
  @IsOptional()
  @IsTime()
  to?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: DEFAULT_LIMIT, example: 20 })
  @IsOptional()
  @Matches(/^([1-9]\d?|1\d\d|200)$/, { message: TAKES_LIMIT })
  limit?: string;

  @ApiPropertyOptional({ ...CURSOR, description: 'nextCursor of the page before.' })
  @IsOptional()
  @IsUUID('7', { message: 'cursor must be the nextCursor of an earlier answer.' })
  cursor?: string;
}

/** What a list is asked for, once its parameters have been checked. */
export function pageBounds({ from, to, limit, cursor }: PageQuery): PageBounds {
  return { from: givenTime(from), to: givenTime(to), before: cursor, limit: Number(limit ?? DEFAULT_LIMIT) };
}
