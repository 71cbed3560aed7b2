import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EventWorker } from './application/event-worker.js';
import { InHand } from './application/in-hand.js';
import { LaneRunner } from './application/lane-runner.js';
import { Report } from './application/report.js';
import { WorkOnEvent } from './application/work-on-event.js';
import { HandlerRegistry } from './application/handler-registry.js';
import { ProcessEvent } from './application/process-event.js';
import { Relay } from './application/relay.js';
import { RunOperation } from './application/run-operation.js';
import { LaneEntrance } from './infrastructure/lane-entrance.js';
import { SuspectLine } from './application/suspect-line.js';
import { LaneStore } from './infrastructure/lane-store.js';
import { SideEffectStore } from './infrastructure/side-effect-store.js';
import { WorkerLease } from './infrastructure/worker-lease.js';
import { ProcessingStore } from './infrastructure/processing-store.js';

@Module({
  imports: [DiscoveryModule],
  providers: [
    HandlerRegistry,
    WorkerLease,
    ProcessingStore,
    LaneStore,
    LaneEntrance,
    SideEffectStore,
    InHand,
    RunOperation,
    WorkOnEvent,
    Report,
    ProcessEvent,
    SuspectLine,
    LaneRunner,
    EventWorker,
    Relay,
  ],
})
export class ProcessingModule {}
