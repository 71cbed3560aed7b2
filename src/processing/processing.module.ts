import { Module } from '@nestjs/common';
import { EventWorker } from './application/event-worker.js';
import { Breakers } from './application/gates/breakers.js';
import { GateKeeper } from './application/gates/gate-keeper.js';
import { Gates } from './application/gates/gates.js';
import { InHand } from './application/in-hand.js';
import { LaneRunner } from './application/lane-runner.js';
import { ProcessEvent } from './application/process-event.js';
import { Relay } from './application/relay.js';
import { Report } from './application/report.js';
import { RunOperation } from './application/run-operation.js';
import { SuspectLine } from './application/suspect-line.js';
import { WorkOnEvent } from './application/work-on-event.js';
import { HandlersModule } from './handlers.module.js';
import { ClaimStore } from './infrastructure/claim-store.js';
import { BreakerStore } from './infrastructure/gates/breaker-store.js';
import { HeldStore } from './infrastructure/gates/held-store.js';
import { PermitStore } from './infrastructure/gates/permit-store.js';
import { LaneEntrance } from './infrastructure/lanes/lane-entrance.js';
import { LaneStore } from './infrastructure/lanes/lane-store.js';
import { TurnStore } from './infrastructure/lanes/turn-store.js';
import { SettlementStore } from './infrastructure/settlement-store.js';
import { WorkerLease } from './infrastructure/worker-lease.js';
import { SteeringModule } from './steering.module.js';

/** The way of accepted events through a worker. */
@Module({
  imports: [HandlersModule, SteeringModule],
  providers: [
    WorkerLease,
    ClaimStore,
    SettlementStore,
    LaneEntrance,
    LaneStore,
    TurnStore,
    BreakerStore,
    PermitStore,
    HeldStore,
    InHand,
    Breakers,
    GateKeeper,
    Gates,
    RunOperation,
    WorkOnEvent,
    Report,
    ProcessEvent,
    LaneRunner,
    SuspectLine,
    EventWorker,
    Relay,
  ],
  exports: [WorkerLease],
})
export class ProcessingModule {}
