import { Module } from '@nestjs/common';
import { Breakers } from './application/breakers.js';
import { EventWorker } from './application/event-worker.js';
import { InHand } from './application/in-hand.js';
import { LaneRunner } from './application/lane-runner.js';
import { Report } from './application/report.js';
import { WorkOnEvent } from './application/work-on-event.js';
import { GateKeeper } from './application/gate-keeper.js';
import { Gates } from './application/gates.js';
import { ProcessEvent } from './application/process-event.js';
import { Relay } from './application/relay.js';
import { RunOperation } from './application/run-operation.js';
import { LaneEntrance } from './infrastructure/lane-entrance.js';
import { SuspectLine } from './application/suspect-line.js';
import { HandlersModule } from './handlers.module.js';
import { BreakerStore } from './infrastructure/breaker-store.js';
import { HeldStore } from './infrastructure/held-store.js';
import { LaneStore } from './infrastructure/lane-store.js';
import { PermitStore } from './infrastructure/permit-store.js';
import { WorkerLease } from './infrastructure/worker-lease.js';
import { ProcessingStore } from './infrastructure/processing-store.js';
import { SteeringModule } from './steering.module.js';
import { ReplayRunner } from '../replay/application/replay-runner.js';
import { ReplayLeases } from '../replay/infrastructure/replay-leases.js';

@Module({
  imports: [HandlersModule, SteeringModule],
  providers: [
    WorkerLease,
    ProcessingStore,
    LaneStore,
    LaneEntrance,
    BreakerStore,
    PermitStore,
    HeldStore,
    InHand,
    RunOperation,
    GateKeeper,
    Breakers,
    Gates,
    WorkOnEvent,
    Report,
    ProcessEvent,
    SuspectLine,
    LaneRunner,
    EventWorker,
    Relay,
    ReplayLeases,
    ReplayRunner,
  ],
})
export class ProcessingModule {}
