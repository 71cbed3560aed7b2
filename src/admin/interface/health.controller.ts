import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Clock } from '../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { SqlDatabase } from '../../platform/database/sql-database.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ApiProblems } from '../../platform/http/api-problems.js';
import { EventQueue } from '../../platform/queue/event-queue.js';
import { SharedAnswer } from '../application/shared-answer.js';

/** How long a probe may take, and how long what it found is told: who asks needs no key, and may ask without end. */
const PROBE_MS = 1000;
const NO_DATABASE = 'The database does not answer; ask again later.';
const NO_QUEUE = 'The queue does not answer; ask again later.';

export class LiveView {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

export class ReadyView {
  @ApiProperty({ enum: ['up'] })
  database!: 'up';

  @ApiProperty({
    enum: ['up', 'away'],
    description: 'While it is away an api accepts, and events wait in the database.',
  })
  queue!: 'up' | 'away';
}

/** For load balancers and orchestrators. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  private readonly database: SharedAnswer<void>;
  private readonly queue: SharedAnswer<number>;

  constructor(
    @Inject(SqlDatabase) database: SqlDatabase,
    @Inject(EventQueue) queue: EventQueue,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(Clock) clock: Clock,
  ) {
    this.database = new SharedAnswer(clock, PROBE_MS, PROBE_MS, () => database.ping());
    this.queue = new SharedAnswer(clock, PROBE_MS, PROBE_MS, () => queue.depth());
  }

  @Get('live')
  @ApiOperation({ operationId: 'isLive', summary: 'Whether the process answers', security: [] })
  @ApiAnswer(LiveView, 'It does.', { status: 'ok' })
  live(): LiveView {
    return { status: 'ok' };
  }

  /** An api is ready while it can accept, which takes the database; a worker needs the queue too. */
  @Get('ready')
  @ApiOperation({ operationId: 'isReady', summary: 'Whether the process can do its work', security: [] })
  @ApiAnswer(ReadyView, 'It can.', { database: 'up', queue: 'up' })
  @ApiProblems({ 503: [NO_DATABASE, NO_QUEUE] })
  async ready(): Promise<ReadyView> {
    const [database, queue] = await Promise.allSettled([this.database.get(), this.queue.get()]);
    if (database.status === 'rejected') throw new ServiceUnavailableException(NO_DATABASE);
    if (queue.status === 'rejected' && this.config.ROLE === 'worker') {
      throw new ServiceUnavailableException(NO_QUEUE);
    }
    return { database: 'up', queue: queue.status === 'fulfilled' ? 'up' : 'away' };
  }
}
