import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DryRun } from './application/handlers/dry-run.js';
import { HandlerRegistry } from './application/handlers/handler-registry.js';
import { ReplayedEvents } from './infrastructure/replayed-events.js';
import { SideEffectStore } from './infrastructure/side-effect-store.js';

/** The team's handlers, in every role: workers run them, and every process can run them dry. */
@Module({
  imports: [DiscoveryModule],
  providers: [HandlerRegistry, SideEffectStore, ReplayedEvents, DryRun],
  exports: [HandlerRegistry, SideEffectStore, DryRun],
})
export class HandlersModule {}
