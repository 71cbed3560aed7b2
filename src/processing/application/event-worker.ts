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
import { ProcessingStore } from '../infrastructure/processing-store.js';
import { ProcessEvent } from './process-event.js';
import { RunOperation } from './run-operation.js';

/** How long a stop waits for the handlers under way. With what the HTTP server takes, the process ends within 15 s. */
const DRAIN_MS = 8000;

/** Consumes the queue, at most WORKER_CONCURRENCY events at a time, and keeps the leases of those in hand alive. */
@Injectable()
export class EventWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(EventWorker.name);
  private readonly inHand = new Set<string>();
  private readonly refused: string[] = [];
  private readonly events: queueAsPromised<string, void>;
  private heartbeat: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(ProcessEvent) private readonly processEvent: ProcessEvent,
    @Inject(RunOperation) private readonly runOperation: RunOperation,
    @Inject(ProcessingStore) private readonly store: ProcessingStore,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    this.events = fastq.promise((eventId: string) => this.process(eventId), config.WORKER_CONCURRENCY);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.store.recover();
    this.queue.consume(async (eventIds) => {
      await Promise.all(eventIds.map((eventId) => this.events.push(eventId)));
    });
    this.heartbeat = setInterval(() => {
      this.store.renewLeases([...this.inHand]).catch((error: unknown) => {
        this.logger.warn(`leases not renewed: ${(error as Error).message}`);
      });
    }, this.config.LEASE_MS / 3);
  }

  /** Finishes what is in hand, for a bounded time, and hands back the rest. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.race([this.queue.stopConsuming(), delay(DRAIN_MS)]);
    clearInterval(this.heartbeat);
    const unfinished = [...this.refused, ...this.events.getQueue(), ...this.inHand];
    // First, for a handler that hangs may hold what handing back has to wait for.
    this.runOperation.giveUp();
    await this.store.handBack(unfinished);
    if (unfinished.length > 0) this.logger.log(`handed back ${unfinished.length} events`);
  }

  private async process(eventId: string): Promise<void> {
    if (this.stopping) {
      this.refused.push(eventId);
      return;
    }
    if (this.inHand.has(eventId)) return;
    this.inHand.add(eventId);
    await this.processEvent.execute(eventId);
    this.inHand.delete(eventId);
  }
}
