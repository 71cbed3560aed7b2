import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { SqlDatabase } from '../../platform/database/sql-database.js';
import { within } from '../../platform/deadline.js';
import { ApiProblems } from '../../platform/http/api-problems.js';
import { EventQueue } from '../../platform/queue/event-queue.js';

const PROBE_MS = 1000;

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
  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'isLive', summary: 'Whether the process answers', security: [] })
  @ApiOkResponse({ type: LiveView })
  live(): LiveView {
    return { status: 'ok' };
  }

  /** An api is ready while it can accept, which takes the database; a worker needs the queue too. */
  @Get('ready')
  @ApiOperation({ operationId: 'isReady', summary: 'Whether the process can do its work', security: [] })
  @ApiOkResponse({ type: ReadyView })
  @ApiProblems({ 503: 'The database does not answer.' })
  async ready(): Promise<ReadyView> {
    const [database, queue] = await Promise.allSettled([
      within(PROBE_MS, this.database.ping()),
      within(PROBE_MS, this.queue.depth()),
    ]);
    if (database.status === 'rejected')
      throw new ServiceUnavailableException('The database does not answer.');
    if (queue.status === 'rejected' && this.config.ROLE === 'worker') {
      throw new ServiceUnavailableException('The queue does not answer.');
    }
    return { database: 'up', queue: queue.status === 'fulfilled' ? 'up' : 'away' };
  }
}
