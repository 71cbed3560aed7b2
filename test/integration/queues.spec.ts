import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BullMqEventQueue } from '../../src/platform/queue/bullmq-event-queue.js';
import type { EventQueue } from '../../src/platform/queue/event-queue.js';
import { InProcessEventQueue } from '../../src/platform/queue/in-process-event-queue.js';
import { type RedisServer, serversAvailable, startRedis } from '../support/servers.js';

interface Kind {
  readonly name: string;
  start(): Promise<void>;
  /** A queue of the kind, and the way to end it. */
  make(): { queue: EventQueue; end: () => Promise<void> };
  stop(): Promise<void>;
}

const inProcess: Kind = {
  name: 'in the process',
  start: () => Promise.resolve(),
  make: () => ({ queue: new InProcessEventQueue(), end: () => Promise.resolve() }),
  stop: () => Promise.resolve(),
};

let redis: RedisServer;
const onRedis: Kind = {
  name: 'BullMQ on Redis',
  start: async () => {
    redis = await startRedis();
  },
  make: () => {
    const queue = new BullMqEventQueue(redis.url);
    return { queue, end: () => queue.onApplicationShutdown() };
  },
  stop: () => redis.stop(),
};

describe.each(serversAvailable().available ? [inProcess, onRedis] : [inProcess])(
  'the queue $name',
  (kind) => {
    let queue: EventQueue;
    let end: () => Promise<void>;
    beforeEach(async () => {
      await kind.start();
      ({ queue, end } = kind.make());
      // A connection has to be there before something can be handed over.
      await expect.poll(() => queue.depth().catch(() => -1), { timeout: 10_000 }).toBe(0);
    });
    afterEach(async () => {
      await end();
      await kind.stop();
    });

    it('brings every id of every job, and keeps a job together', async () => {
      const jobs: (readonly string[])[] = [];
      queue.consume((ids) => {
        jobs.push(ids);
        return Promise.resolve();
      });
      queue.handOver(['a', 'b', 'c']);
      queue.handOver([]);
      queue.handOver(['d']);
      await expect.poll(() => jobs.flat().toSorted()).toEqual(['a', 'b', 'c', 'd']);
      expect(jobs.map(({ length }) => length).toSorted()).toEqual([1, 3]);
    });

    it('works on several jobs at a time: one that takes long holds up none', async () => {
      const done: string[] = [];
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      queue.consume(async ([id = '']) => {
        if (id === 'slow') await held;
        done.push(id);
      });
      queue.handOver(['slow']);
      queue.handOver(['quick']);
      await expect.poll(() => done).toEqual(['quick']);
      release();
      await expect.poll(() => done).toEqual(['quick', 'slow']);
    });

    it('finishes what is in hand when it stops, and takes nothing more', async () => {
      const done: string[] = [];
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      let taken = 0;
      queue.consume(async ([id = '']) => {
        taken += 1;
        await held;
        done.push(id);
      });
      queue.handOver(['in hand']);
      await expect.poll(() => taken).toBe(1);
      let isStopped = false;
      const stopped = queue.stopConsuming().then(() => {
        isStopped = true;
      });
      await new Promise((resolve) => setImmediate(resolve));
      expect(isStopped).toBe(false);
      release();
      await stopped;
      expect(done).toEqual(['in hand']);
      queue.handOver(['too late']);
      await new Promise((resolve) => setImmediate(resolve));
      expect(taken).toBe(1);
    });
  },
);
