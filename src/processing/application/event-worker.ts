import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import fastq, { type queueAsPromised } from 'fastq';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { EventQueue } from '../../platform/queue/event-queue.js';
import { ClaimStore } from '../infrastructure/claim-store.js';
import { LaneStore } from '../infrastructure/lanes/lane-store.js';
import { InHand } from './in-hand.js';
import { LaneRunner } from './lane-runner.js';
import { ProcessEvent } from './process-event.js';
import { RunOperation } from './run-operation.js';
import { SuspectLine } from './suspect-line.js';

/** How long a stop waits for the handlers under way. With what the HTTP server takes, the process ends within 15 s. */
const DRAIN_MS = 8000;

/** Consumes the queue, at most WORKER_CONCURRENCY events at a time, and keeps the leases of what is in hand alive. */
@Injectable()
export class EventWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(EventWorker.name);
  private readonly refused: string[] = [];
  private readonly events: queueAsPromised<string, void>;
  private heartbeat: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(ProcessEvent) private readonly processEvent: ProcessEvent,
    @Inject(LaneRunner) private readonly laneRunner: LaneRunner,
    @Inject(RunOperation) private readonly runOperation: RunOperation,
    @Inject(SuspectLine) private readonly suspects: SuspectLine,
    @Inject(InHand) private readonly inHand: InHand,
    @Inject(ClaimStore) private readonly claims: ClaimStore,
    @Inject(LaneStore) private readonly laneStore: LaneStore,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    this.events = fastq.promise((eventId: string) => this.process(eventId), config.WORKER_CONCURRENCY);
  }

  async onApplicationBootstrap(): Promise<void> {
    await Promise.all([this.claims.recover(), this.laneStore.recover()]);
    this.queue.consume(async (eventIds) => {
      await Promise.all(eventIds.map((eventId) => this.events.push(eventId)));
    });
    this.heartbeat = setInterval(() => {
      this.inHand.renew().catch((error: unknown) => {
        this.logger.warn(`leases not renewed: ${(error as Error).message}`);
      });
    }, this.config.LEASE_MS / 3);
  }

  /** Finishes what is in hand, for a bounded time, and hands back the rest. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    const drained = [this.queue.stopConsuming(), this.laneRunner.stop(), this.suspects.drained()];
    await Promise.race([Promise.all(drained), delay(DRAIN_MS)]);
    clearInterval(this.heartbeat);
    // First, for a handler that hangs may hold what handing back has to wait for.
    this.runOperation.giveUp();
    const count = await this.inHand.handBack([...this.refused, ...this.events.getQueue()]);
    if (count > 0) this.logger.log(`handed back ${count} events`);
  }

  private async process(eventId: string, { alone = false } = {}): Promise<void> {
    if (this.stopping) {
      this.refused.push(eventId);
      return;
    }
    const outcome = await this.processEvent.execute(eventId, { alone });
    if (outcome === 'SUSPECT') void this.suspects.run(() => this.process(eventId, { alone: true }));
    else if (outcome) this.laneRunner.start([outcome]);
  }
}
