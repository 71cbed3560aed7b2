import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems } from '../../platform/http/api-problems.js';
import type { Percentiles } from '../../platform/metrics/recent-values.js';
import { type Stats, StatsQueries } from '../application/stats-queries.js';
import { BreakerView, EXAMPLES, HeldView } from './steering-views.js';

export class PercentilesView implements Percentiles {
  @ApiProperty({ description: 'Events that the figures stand on.' })
  count!: number;

  @ApiProperty({ type: Number, nullable: true })
  p50!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  p95!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  p99!: number | null;
}

export class SourceStatsView {
  @ApiProperty()
  source!: string;

  @ApiProperty()
  RECEIVED!: number;

  @ApiProperty()
  PROCESSED!: number;

  @ApiProperty()
  FAILED!: number;

  @ApiProperty({ description: 'Of these, events that no handler takes.' })
  unhandled!: number;

  @ApiProperty({ description: 'Of the FAILED, those that nobody has discarded: they wait for a person.' })
  deadLetters!: number;
}

export class OldestWaitingView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  receivedAt!: Date;

  @ApiProperty()
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

export class StatsView implements Stats {
  @ApiProperty({ type: [SourceStatsView] })
  sources!: SourceStatsView[];

  @ApiProperty({
    type: OldestWaitingView,
    nullable: true,
    description: 'The RECEIVED event that arrived first.',
  })
  oldestWaiting!: OldestWaitingView | null;

  @ApiProperty({
    type: [HeldView],
    description: 'Operations that a pause, a limit or a breaker holds, the most first.',
  })
  held!: readonly HeldView[];

  @ApiProperty({ type: [BreakerView], description: 'Of every handler that has one.' })
  breakers!: readonly BreakerView[];

  @ApiProperty({ type: LatencyView, description: 'Of the last five minutes, the newest 10,000 at most.' })
  latency!: LatencyView;
}

const EXAMPLE: StatsView = {
  sources: [{ source: 'stripe-eu', RECEIVED: 2, PROCESSED: 1041, FAILED: 3, unhandled: 12, deadLetters: 1 }],
  oldestWaiting: {
    id: '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50',
    receivedAt: new Date('2026-01-31T12:00:00.000Z'),
    ageSeconds: 0.4,
  },
  held: EXAMPLES.held,
  breakers: EXAMPLES.breakers,
  latency: {
    acceptMs: { count: 1044, p50: 4, p95: 9, p99: 14 },
    endToEndMs: { count: 1041, p50: 21, p95: 48, p99: 90 },
  },
};

@ApiTags('stats')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('stats')
@UseGuards(AdminKeyGuard)
export class StatsController {
  constructor(@Inject(StatsQueries) private readonly queries: StatsQueries) {}

  @Get()
  @ApiOperation({
    operationId: 'getStats',
    summary: 'Counts by source and status, the oldest waiting event, latencies',
  })
  @ApiAnswer(StatsView, 'How the installation is doing.', EXAMPLE)
  show(): Promise<StatsView> {
    return this.queries.stats();
  }
}
