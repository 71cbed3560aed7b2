import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SqlDatabase } from '../platform/database/sql-database.js';
import { EventQueue } from '../platform/queue/event-queue.js';

/** For load balancers and orchestrators. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(EventQueue) private readonly queue: EventQueue,
  ) {}

  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready while events can be accepted: that takes the database, and not the queue. */
  @Get('ready')
  async ready(): Promise<{ database: string; queue: string }> {
    await this.database.ping().catch(() => {
      throw new ServiceUnavailableException('The database does not answer.');
    });
    return { database: 'up', queue: this.queue.available ? 'up' : 'away' };
  }
}
