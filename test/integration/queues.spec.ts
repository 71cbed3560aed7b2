import { type AddressInfo, createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BullMqEventQueue } from '../../src/platform/queue/bullmq-event-queue.js';
import type { EventQueue } from '../../src/platform/queue/event-queue.js';
import { InProcessEventQueue } from '../../src/platform/queue/in-process-event-queue.js';
import { type RedisServer, serversAvailable, startRedis } from '../support/servers.js';

interface Made {
  readonly queue: EventQueue;
  readonly end: () => Promise<void>;
}

interface Kind {
  readonly name: string;
  start(): Promise<void>;
  /** A queue of the kind, and the way to end it. */
  make(): Made;
  /** Hands jobs to a queue that is to take none any more. Resolves once it would have taken one, had it not stopped. */
  passOver(stopped: EventQueue, jobs: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

const inProcess: Kind = {
  name: 'in the process',
  start: () => Promise.resolve(),
  make: () => ({ queue: new InProcessEventQueue(), end: () => Promise.resolve() }),
  // Nobody else is there: it says that it does not take them, and what it took would run before the next turn.
  passOver: async (stopped, jobs) => {
    for (const job of jobs) expect(await stopped.handOver([job])).toBe(false);
    await nextTurn();
  },
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
  // Another process gets them. What comes first may still be taken by a call that was under way when it was told to stop.
  passOver: async (stopped, jobs) => {
    for (const job of ['whose it is', ...jobs]) expect(await stopped.handOver([job])).toBe(true);
    const another = onRedis.make();
    const taken: string[] = [];
    another.queue.consume((ids) => {
      taken.push(...ids);
      return Promise.resolve();
    });
    try {
      await expect.poll(() => taken, { timeout: 10_000 }).toEqual(expect.arrayContaining([...jobs]));
    } finally {
      await another.end();
    }
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
      await expect.poll(() => queue.depth().catch(() => -1)).toBe(0);
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
      expect(await queue.handOver(['a', 'b', 'c'])).toBe(true);
      expect(await queue.handOver([])).toBe(true);
      expect(await queue.handOver(['d'])).toBe(true);
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
      await queue.handOver(['slow']);
      await queue.handOver(['quick']);
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
      const taken: string[] = [];
      queue.consume(async ([id = '']) => {
        taken.push(id);
        await held;
        done.push(id);
      });
      await queue.handOver(['in hand']);
      await expect.poll(() => taken).toEqual(['in hand']);
      let isStopped = false;
      const stopped = queue.stopConsuming().then(() => {
        isStopped = true;
      });
      try {
        await kind.passOver(queue, ['late 1', 'late 2', 'late 3']);
        expect(isStopped).toBe(false);
      } finally {
        release();
      }
      await stopped;
      expect(done).toContain('in hand');
      await kind.passOver(queue, ['later 1', 'later 2', 'later 3']);
      expect(done).toEqual(taken);
    });
  },
);

const breakable = serversAvailable({ toBreak: true });
if (!breakable.available) process.stdout.write(`NOT RUN on a Redis in trouble: ${breakable.reason}\n`);

describe.skipIf(!breakable.available)('the queue on a Redis that is in trouble', () => {
  const ended: (() => Promise<void>)[] = [];
  let control: Redis;
  let queue: BullMqEventQueue;

  beforeEach(async () => {
    redis = await startRedis({ toBreak: true });
    control = new Redis(redis.url);
    control.on('error', () => undefined);
    queue = queueOn(redis.url);
    await expect.poll(() => queue.depth().catch(() => -1)).toBe(0);
  });

  afterEach(async () => {
    await redis.thaw();
    for (const end of ended.splice(0)) await end();
    control.disconnect();
    await redis.stop();
    vi.restoreAllMocks();
  });

  function queueOn(url: string): BullMqEventQueue {
    const made = new BullMqEventQueue(url);
    ended.push(() => made.onApplicationShutdown());
    return made;
  }

  /** The warnings from now on. */
  function warnings(): string[] {
    const texts: string[] = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((text: string) => texts.push(text));
    return texts;
  }

  const refusals = [
    {
      code: 'OOM',
      refuse: () => control.config('SET', 'maxmemory', 1),
      allow: () => control.config('SET', 'maxmemory', 0),
    },
    {
      code: 'READONLY',
      refuse: () => control.replicaof('127.0.0.1', 1),
      allow: () => control.replicaof('NO', 'ONE'),
    },
  ];

  it.each(refusals)('is away while writes are refused ($code), although reads are not', async (refusal) => {
    const warned = warnings();
    await refusal.refuse();
    expect(await queue.handOver(['refused'])).toBe(false);
    expect(await queue.depth()).toBe(0);
    expect(queue.available).toBe(false);
    expect(await queue.handOver(['refused again'])).toBe(false);
    expect(warned).toEqual([expect.stringContaining(`until it is back: ${refusal.code} `)]);
    await refusal.allow();
    expect(await queue.handOver(['taken'])).toBe(true);
    expect(queue.available).toBe(true);
    expect(await queue.depth()).toBe(1);
  });

  it('is away while Redis is, and takes jobs when it is back', async () => {
    await redis.kill();
    expect(await queue.handOver(['lost'])).toBe(false);
    expect(queue.available).toBe(false);
    await expect(queue.depth()).rejects.toThrow();
    await redis.restart();
    await expect.poll(() => queue.handOver(['taken'])).toBe(true);
    expect(queue.available).toBe(true);
  });

  it('gives up on a Redis that hangs, holds nothing back for it, and takes jobs when it goes on', async () => {
    await redis.freeze();
    const depth = queue.depth();
    const all = Promise.all(['a', 'b', 'c'].map((id) => queue.handOver([id])));
    await expect(depth).rejects.toThrow();
    expect(await all).toEqual([false, false, false]);
    expect(await queue.handOver(['d'])).toBe(false);
    expect(queue.available).toBe(false);
    await redis.thaw();
    await expect.poll(() => queue.handOver(['e'])).toBe(true);
    expect(queue.available).toBe(true);
  });

  it.each([
    { trouble: 'is away', begin: () => redis.kill(), end: () => redis.restart() },
    { trouble: 'hangs', begin: () => redis.freeze(), end: () => redis.thaw() },
  ])('works although it was made while Redis $trouble', async ({ begin, end }) => {
    await begin();
    const late = queueOn(redis.url);
    await expect(late.depth()).rejects.toThrow();
    expect(await late.handOver(['lost'])).toBe(false);
    expect(late.available).toBe(false);
    await end();
    await expect.poll(() => late.handOver(['taken'])).toBe(true);
    expect(await late.depth()).toBeGreaterThan(0);
  });

  it('does without the INFO command, which a Redis may refuse', async () => {
    vi.spyOn(console, 'warn').mockReturnValue(undefined);
    await control.acl('SETUSER', 'default', '-info');
    const restricted = queueOn(redis.url);
    const taken: string[] = [];
    restricted.consume((ids) => {
      taken.push(...ids);
      return Promise.resolve();
    });
    await expect.poll(() => restricted.handOver(['a'])).toBe(true);
    await expect.poll(() => taken).toEqual(['a']);
  });

  it('says why, and not the password, which some servers repeat', async () => {
    const warned = warnings();
    await control.config('SET', 'requirepass', 'another');
    queueOn(redis.url.replace('//', '//:s%2Fecret@'));
    await expect.poll(() => warned.join()).toContain('until it is back: WRONGPASS ');
    const parrot = createServer((socket) => {
      socket.on('data', (sent) => socket.write(`-ERR unknown: ${JSON.stringify(sent.toString())}\r\n`));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => parrot.listen(0, '127.0.0.1', resolve));
    ended.push(promisify(parrot.close.bind(parrot)));
    queueOn(`redis://:s%2Fecret@127.0.0.1:${(parrot.address() as AddressInfo).port}`);
    await expect.poll(() => warned.join()).toContain('***');
    expect(warned.join()).not.toContain('s/ecret');
  });
});
