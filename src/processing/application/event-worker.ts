import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import fastq, { type queueAsPromised } from 'fastq';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { EventQueue } from '../../platform/queue/event-queue.js';
import { ProcessingStore } from '../infrastructure/processing-store.js';
import { ProcessEvent } from './process-event.js';

/** Consumes the queue, at most WORKER_CONCURRENCY events at a time, and keeps the leases of those in hand alive. */
@Injectable()
export class EventWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(EventWorker.name);
  private readonly inHand = new Set<string>();
  private readonly events: queueAsPromised<string, void>;
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(ProcessEvent) private readonly processEvent: ProcessEvent,
    @Inject(ProcessingStore) private readonly store: ProcessingStore,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    this.events = fastq.promise((eventId: string) => this.process(eventId), config.WORKER_CONCURRENCY);
  }

  onApplicationBootstrap(): void {
    this.queue.consume(async (eventIds) => {
      await Promise.all(eventIds.map((eventId) => this.events.push(eventId)));
    });
    this.heartbeat = setInterval(() => {
      this.store.renewLeases([...this.inHand]).catch((error: unknown) => {
        this.logger.warn(`leases not renewed: ${(error as Error).message}`);
      });
    }, this.config.LEASE_MS / 3);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.queue.stopConsuming();
    await this.events.drained();
    clearInterval(this.heartbeat);
  }

  /** Never rejects: an event that could not be settled keeps its lease, and the relay brings it back when that is over. */
  private async process(eventId: string): Promise<void> {
    if (this.inHand.has(eventId)) return;
    this.inHand.add(eventId);
    try {
      await this.processEvent.execute(eventId);
    } catch (error) {
      this.logger.error({ eventId, message: `event is left to the relay: ${(error as Error).message}` });
    } finally {
      this.inHand.delete(eventId);
    }
  }
}
