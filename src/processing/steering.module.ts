import { Module } from '@nestjs/common';
import { Steering } from './application/gates/steering.js';
import { HandlersModule } from './handlers.module.js';
import { SteeringStore } from './infrastructure/gates/steering-store.js';

/** What admins set and workers keep to. */
@Module({
  imports: [HandlersModule],
  providers: [SteeringStore, Steering],
  exports: [Steering],
})
export class SteeringModule {}
