import { Controller, Get, Inject, type OnModuleInit, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { within } from '../../platform/deadline.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { EventQueue } from '../../platform/queue/event-queue.js';
import { StatsQueries } from '../application/stats-queries.js';

const GAUGE_MS = 1000;

/** For Prometheus. Needs no key: nothing in it names a source, an event or a person. */
@ApiTags('metrics')
@Controller('metrics')
export class MetricsController implements OnModuleInit {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(StatsQueries) private readonly stats: StatsQueries,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge('queue_depth', 'Jobs that wait in the queue', () =>
      within(GAUGE_MS, this.queue.depth()),
    );
    this.metrics.gauge('oldest_waiting_seconds', 'Age of the RECEIVED event that arrived first', () =>
      within(
        GAUGE_MS,
        this.stats.oldestWaiting().then((oldest) => oldest?.ageSeconds ?? 0),
      ),
    );
  }

  @Get()
  @ApiOperation({ operationId: 'getMetrics', summary: "Metrics in Prometheus's text format", security: [] })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string', example: 'hookwell_accepted_total{provider="stripe"} 1041' } })
  async show(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}
