import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiProblems, UNAUTHORIZED } from '../../platform/http/api-problems.js';
import type { Percentiles } from '../../platform/metrics/recent-values.js';
import { StatsQueries } from '../application/stats-queries.js';

export class PercentilesView implements Percentiles {
  @ApiProperty({ example: 1200, description: 'Events that the figures stand on.' })
  count!: number;

  @ApiProperty({ type: Number, nullable: true, example: 4 })
  p50!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 9 })
  p95!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 14 })
  p99!: number | null;
}

export class SourceStatsView {
  @ApiProperty({ example: 'stripe-eu' })
  source!: string;

  @ApiProperty({ example: 2 })
  RECEIVED!: number;

  @ApiProperty({ example: 1041 })
  PROCESSED!: number;

  @ApiProperty({ example: 1 })
  FAILED!: number;

  @ApiProperty({ example: 12, description: 'Of these, events that no handler takes.' })
  unhandled!: number;
}

export class OldestWaitingView {
  @ApiProperty({ format: 'uuid', example: '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  receivedAt!: Date;

  @ApiProperty({ example: 0.4 })
  ageSeconds!: number;
}

export class LatencyView {
  @ApiProperty({
    type: PercentilesView,
    description: 'Milliseconds to durable, in the process that answers.',
  })
  acceptMs!: PercentilesView;

  @ApiProperty({
    type: PercentilesView,
    description: 'Milliseconds from arrival to PROCESSED, in all processes.',
  })
  endToEndMs!: PercentilesView;
}

export class StatsView {
  @ApiProperty({ type: [SourceStatsView] })
  sources!: SourceStatsView[];

  @ApiProperty({
    type: OldestWaitingView,
    nullable: true,
    description: 'The RECEIVED event that arrived first.',
  })
  oldestWaiting!: OldestWaitingView | null;

  @ApiProperty({ type: LatencyView, description: 'Of the last five minutes, the newest 10,000 at most.' })
  latency!: LatencyView;
}

@ApiTags('stats')
@ApiBearerAuth()
@Controller('stats')
@UseGuards(AdminKeyGuard)
export class StatsController {
  constructor(@Inject(StatsQueries) private readonly queries: StatsQueries) {}

  @Get()
  @ApiOperation({
    operationId: 'getStats',
    summary: 'Counts by source and status, the oldest waiting event, latencies',
  })
  @ApiOkResponse({ type: StatsView })
  @ApiProblems(UNAUTHORIZED)
  show(): Promise<StatsView> {
    return this.queries.stats();
  }
}
