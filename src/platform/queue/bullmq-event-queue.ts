import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type ConnectionOptions, Queue, Worker } from 'bullmq';
import { type EventConsumer, EventQueue } from './event-queue.js';

const QUEUE_NAME = 'hookwell-events';
const JOBS_AT_ONCE = 64;

interface EventJob {
  readonly eventIds: readonly string[];
}

/** BullMQ on Redis or Valkey: one job for each commit batch. */
@Injectable()
export class BullMqEventQueue extends EventQueue implements OnApplicationShutdown {
  private readonly logger = new Logger(BullMqEventQueue.name);
  private readonly queue: Queue<EventJob>;
  private worker: Worker<EventJob> | undefined;
  private handingOver = true;

  constructor(private readonly redisUrl: string) {
    super();
    // Without the offline queue a command fails at once while Redis is away, instead of piling up in memory.
    this.queue = new Queue<EventJob>(QUEUE_NAME, {
      connection: { ...this.connection(), enableOfflineQueue: false, maxRetriesPerRequest: 1 },
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    this.queue.on('error', () => {
      this.noteAvailable(false);
    });
  }

  get available(): boolean {
    return this.handingOver;
  }

  handOver(eventIds: readonly string[]): void {
    if (eventIds.length === 0) return;
    this.queue.add('events', { eventIds }).then(
      () => {
        this.noteAvailable(true);
      },
      () => {
        this.noteAvailable(false);
      },
    );
  }

  consume(consumer: EventConsumer): void {
    this.worker = new Worker<EventJob>(QUEUE_NAME, (job) => consumer(job.data.eventIds), {
      connection: { ...this.connection(), maxRetriesPerRequest: null },
      concurrency: JOBS_AT_ONCE,
    });
    this.worker.on('error', () => {
      this.noteAvailable(false);
    });
  }

  async depth(): Promise<number> {
    const { waiting } = await this.queue.getJobCounts('waiting');
    this.noteAvailable(true);
    return waiting ?? 0;
  }

  async stopConsuming(): Promise<void> {
    await this.worker?.close();
  }

  async onApplicationShutdown(): Promise<void> {
    // Forced: a handler that goes on after its events were handed back must not hold up the end.
    await Promise.all([this.worker?.close(true), this.queue.close()]).catch(() => undefined);
  }

  private connection(): ConnectionOptions {
    return { url: this.redisUrl };
  }

  private noteAvailable(available: boolean): void {
    if (available === this.handingOver) return;
    this.handingOver = available;
    if (available) this.logger.log('the queue is back');
    else this.logger.warn('the queue is away; events are kept in the database until it is back');
  }
}
