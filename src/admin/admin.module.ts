import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { EventQueries } from './application/event-queries.js';
import { StatsQueries } from './application/stats-queries.js';
import { EventsController } from './interface/events.controller.js';
import { HealthController } from './interface/health.controller.js';
import { MetricsController } from './interface/metrics.controller.js';
import { StatsController } from './interface/stats.controller.js';

@Module({
  imports: [AuditModule],
  controllers: [EventsController, StatsController, MetricsController, HealthController],
  providers: [EventQueries, StatsQueries],
})
export class AdminModule {}
