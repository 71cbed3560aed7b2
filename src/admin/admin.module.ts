import { Module } from '@nestjs/common';
import { AuthModule } from '../platform/auth/auth.module.js';
import { EventsController } from './events.controller.js';
import { EventQueries } from './event-queries.js';
import { HealthController } from './health.controller.js';

@Module({
  imports: [AuthModule],
  controllers: [EventsController, HealthController],
  providers: [EventQueries],
})
export class AdminModule {}
