import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { type EventConsumer, EventQueue } from './event-queue.js';

const QUEUE_NAME = 'hookwell-events';
const JOBS_AT_ONCE = 64;
/** A server that owes an answer and is silent for so long is taken for gone. */
const SILENCE_MS = 2000;
/** The same where BullMQ waits for jobs: Redis may then owe an answer for 10 s, and all is well. */
const WAITING_SILENCE_MS = 12_000;
/** BullMQ asks for Redis's version first. Where that fails, a Queue fails for good, and a Worker spins and lets nothing else run. */
const skipVersionCheck = true;

interface EventJob {
  readonly eventIds: readonly string[];
}

/** BullMQ on Redis or Valkey: one job for each commit batch. */
@Injectable()
export class BullMqEventQueue extends EventQueue implements OnApplicationShutdown {
  private readonly logger = new Logger(BullMqEventQueue.name);
  private readonly redis: Redis;
  private readonly queue: Queue<EventJob>;
  private worker: Worker<EventJob> | undefined;
  /** What handing over has failed with since it last succeeded. */
  private readonly troubles = new Set<string>();
  /** What taking jobs has failed with since one was last taken. */
  private readonly workerTroubles = new Set<string>();

  constructor(private readonly redisUrl: string) {
    super();
    // A command fails at once without a connection, and with the one it was sent on: what waits would pile up in memory.
    this.redis = new Redis(redisUrl, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      socketTimeout: SILENCE_MS,
    });
    this.queue = new Queue<EventJob>(QUEUE_NAME, {
      connection: this.redis,
      skipVersionCheck,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    this.queue.on('error', (error) => {
      this.noteFailure(error);
    });
  }

  get available(): boolean {
    return this.troubles.size === 0;
  }

  async handOver(eventIds: readonly string[]): Promise<boolean> {
    if (eventIds.length === 0) return true;
    try {
      await this.connectedQueue().add('events', { eventIds });
    } catch (error) {
      this.noteFailure(error as Error);
      return false;
    }
    this.noteSuccess();
    return true;
  }

  consume(consumer: EventConsumer): void {
    this.worker = new Worker<EventJob>(
      QUEUE_NAME,
      (job) => {
        this.workerTroubles.clear();
        return consumer(job.data.eventIds);
      },
      {
        connection: { url: this.redisUrl, maxRetriesPerRequest: null, socketTimeout: WAITING_SILENCE_MS },
        skipVersionCheck,
        concurrency: JOBS_AT_ONCE,
      },
    );
    this.worker.on('error', (error) => {
      const trouble = this.newTrouble(this.workerTroubles, error);
      if (trouble !== null) this.logger.warn(`the queue's worker has trouble: ${trouble}`);
    });
  }

  async depth(): Promise<number> {
    const { waiting } = await this.connectedQueue().getJobCounts('waiting');
    return waiting ?? 0;
  }

  async stopConsuming(): Promise<void> {
    await this.worker?.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker?.close(), this.disconnect()]).catch(() => undefined);
  }

  /** After what has been handed over already, where Redis answers. */
  private async disconnect(): Promise<void> {
    await this.redis.quit().catch(() => {
      this.redis.disconnect();
    });
    await this.queue.close();
  }

  /** @throws while there is no connection: until there is the first one, BullMQ would let every command wait for it */
  private connectedQueue(): Queue<EventJob> {
    if (this.redis.status !== 'ready') throw new Error('no connection to Redis');
    return this.queue;
  }

  private noteFailure(error: Error): void {
    const trouble = this.newTrouble(this.troubles, error);
    if (trouble === null) return;
    this.logger.warn(`the queue is away; events are kept in the database until it is back: ${trouble}`);
  }

  private noteSuccess(): void {
    if (this.available) return;
    this.troubles.clear();
    this.logger.log('the queue is back');
  }

  /** The error's text, without the password that some servers repeat; null when it is known already. */
  private newTrouble(known: Set<string>, error: NodeJS.ErrnoException): string | null {
    // Node leaves the message out where it has tried several addresses.
    const text = error.message || String(error.code);
    const { password } = this.redis.options;
    const trouble = password ? text.replaceAll(password, '***') : text;
    if (known.has(trouble)) return null;
    known.add(trouble);
    return trouble;
  }
}
