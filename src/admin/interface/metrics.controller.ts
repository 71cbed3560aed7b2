import { Controller, Get, Inject, type OnModuleInit, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Clock } from '../../platform/clock.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { EventQueue } from '../../platform/queue/event-queue.js';
import { Steering } from '../../processing/application/gates/steering.js';
import { BREAKER_STATES } from '../../processing/domain/breaker.js';
import { HeldQueries } from '../application/held-queries.js';
import { SharedAnswer } from '../application/shared-answer.js';
import { StatsQueries } from '../application/stats-queries.js';

/** How long reading a gauge may take, and how long its value is told: who asks needs no key, and may ask without end. */
const GAUGE_MS = 1000;

/** For Prometheus. Needs no key: nothing in it names a source, an event or a person. */
@ApiTags('metrics')
@Controller('metrics')
export class MetricsController implements OnModuleInit {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(StatsQueries) private readonly stats: StatsQueries,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(HeldQueries) private readonly held: HeldQueries,
    @Inject(Steering) private readonly steering: Steering,
  ) {}

  onModuleInit(): void {
    this.gauge('queue_depth', 'Jobs that wait in the queue', () => this.queue.depth());
    this.gauge('oldest_waiting_seconds', 'Age of the RECEIVED event that arrived first', async () => {
      const oldest = await this.stats.oldestWaiting();
      return oldest?.ageSeconds ?? 0;
    });
    this.metrics.gauges('held_operations', 'Operations that are held', 'reason', async () =>
      Object.entries(await this.held.byReason()),
    );
    this.metrics.gauges('breaker_state', '0: closed, 1: open, 2: half open', 'handler', () =>
      Promise.resolve(
        this.steering
          .breakers()
          .map(({ handler, state }) => [handler, BREAKER_STATES.indexOf(state)] as const),
      ),
    );
  }

  @Get()
  @ApiOperation({ operationId: 'getMetrics', summary: "Metrics in Prometheus's text format", security: [] })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    description: 'All metrics of this process.',
    schema: { type: 'string' },
    example: 'hookwell_accepted_total{provider="stripe"} 1041',
  })
  async show(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type(this.metrics.contentType);
    return this.metrics.text();
  }

  private gauge(name: string, help: string, read: () => Promise<number>): void {
    const value = new SharedAnswer(this.clock, GAUGE_MS, GAUGE_MS, read);
    this.metrics.gauge(name, help, () => value.get());
  }
}
