import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { HandlersModule } from '../processing/handlers.module.js';
import { SteeringModule } from '../processing/steering.module.js';
import { EventCommands } from './application/event-commands.js';
import { EventQueries } from './application/event-queries.js';
import { GateNames } from './application/gate-names.js';
import { HeldQueries } from './application/held-queries.js';
import { StatsQueries } from './application/stats-queries.js';
import { EventCommandsController } from './interface/event-commands.controller.js';
import { EventsController } from './interface/events.controller.js';
import { HealthController } from './interface/health.controller.js';
import { MetricsController } from './interface/metrics.controller.js';
import { ProvidersController } from './interface/providers.controller.js';
import { StatsController } from './interface/stats.controller.js';
import { SteeringController } from './interface/steering.controller.js';

@Module({
  imports: [AuditModule, HandlersModule, SteeringModule],
  controllers: [
    EventsController,
    EventCommandsController,
    StatsController,
    ProvidersController,
    SteeringController,
    MetricsController,
    HealthController,
  ],
  providers: [EventQueries, EventCommands, StatsQueries, HeldQueries, GateNames],
})
export class AdminModule {}
