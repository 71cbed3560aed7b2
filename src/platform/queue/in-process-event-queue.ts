import { Injectable } from '@nestjs/common';
import fastq, { type queueAsPromised } from 'fastq';
import { type EventConsumer, EventQueue } from './event-queue.js';

const JOBS_AT_ONCE = 64;
/** More waiting jobs are left to the relay, so that a backlog cannot eat the memory. */
const MOST_WAITING = 10_000;

/** The embedded queue. A restart empties it; the relay fills it again from the database. */
@Injectable()
export class InProcessEventQueue extends EventQueue {
  readonly available = true;
  private jobs: queueAsPromised<readonly string[], void> | undefined;

  handOver(eventIds: readonly string[]): Promise<boolean> {
    if (eventIds.length === 0) return Promise.resolve(true);
    if (!this.jobs || this.jobs.length() >= MOST_WAITING) return Promise.resolve(false);
    void this.jobs.push(eventIds);
    return Promise.resolve(true);
  }

  consume(consumer: EventConsumer): void {
    this.jobs = fastq.promise(consumer, JOBS_AT_ONCE);
  }

  depth(): Promise<number> {
    return Promise.resolve(this.jobs?.length() ?? 0);
  }

  async stopConsuming(): Promise<void> {
    const { jobs } = this;
    this.jobs = undefined;
    jobs?.kill();
    await jobs?.drained();
  }
}
