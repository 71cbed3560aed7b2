import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EventWorker } from './application/event-worker.js';
import { HandlerRegistry } from './application/handler-registry.js';
import { ProcessEvent } from './application/process-event.js';
import { Relay } from './application/relay.js';
import { RunOperation } from './application/run-operation.js';
import { ProcessingStore } from './infrastructure/processing-store.js';

@Module({
  imports: [DiscoveryModule],
  providers: [HandlerRegistry, ProcessingStore, RunOperation, ProcessEvent, EventWorker, Relay],
})
export class ProcessingModule {}
