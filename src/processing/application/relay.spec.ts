import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../platform/config/config.js';
import { EventQueue } from '../../platform/queue/event-queue.js';
import { type Lane, laneOf } from '../domain/lane.js';
import type { ClaimStore } from '../infrastructure/claim-store.js';
import type { LaneStore } from '../infrastructure/lanes/lane-store.js';
import type { GateKeeper } from './gates/gate-keeper.js';
import type { LaneRunner } from './lane-runner.js';
import { Relay } from './relay.js';

/** A queue that takes as many jobs as the test says. */
class ScriptedQueue extends EventQueue {
  readonly available = true;
  readonly jobs: (readonly string[])[] = [];
  constructor(
    private readonly takes: number,
    private readonly waiting: number,
  ) {
    super();
  }
  handOver(eventIds: readonly string[]): Promise<boolean> {
    if (this.jobs.length >= this.takes) return Promise.resolve(false);
    this.jobs.push(eventIds);
    return Promise.resolve(true);
  }
  consume(): void {
    throw new Error('nobody consumes here');
  }
  depth(): Promise<number> {
    return Promise.resolve(this.waiting);
  }
  stopConsuming(): Promise<void> {
    return Promise.resolve();
  }
}

/** The part of the store that the relay uses, with these events due. */
class DueEvents implements Pick<ClaimStore, 'takeDue' | 'handBack'> {
  readonly handedBack: string[] = [];
  constructor(readonly due: string[]) {}
  takeDue(most: number): Promise<string[]> {
    return Promise.resolve(this.due.splice(0, most));
  }
  handBack(eventIds: readonly string[]): Promise<void> {
    this.handedBack.push(...eventIds);
    return Promise.resolve();
  }
}

async function sweep({
  due,
  takes = Infinity,
  waiting = 0,
  lanes = [],
  opened = [],
}: {
  due: number;
  takes?: number;
  waiting?: number;
  lanes?: readonly Lane[];
  opened?: readonly string[];
}) {
  const started: Lane[] = [];
  const store = new DueEvents(Array.from({ length: due }, (_, index) => String(index)));
  const queue = new ScriptedQueue(takes, waiting);
  await new Relay(
    store as unknown as ClaimStore,
    { takeDue: () => Promise.resolve(lanes) } as unknown as LaneStore,
    { start: (taken: readonly Lane[]) => started.push(...taken) } as unknown as LaneRunner,
    { sweep: () => Promise.resolve(void store.due.push(...opened)) } as GateKeeper,
    queue,
    loadConfig({}),
  ).sweep();
  return {
    handedOver: queue.jobs.flat().length,
    handedBack: store.handedBack,
    left: store.due.length,
    started,
  };
}

const ids = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

describe('the relay', () => {
  it('has the lanes gone through that are due, also while the queue is deep', async () => {
    const lanes = [laneOf({ source: 's', orderingKey: 'k' })].flatMap((lane) => lane ?? []);
    expect(lanes).toHaveLength(1);
    expect((await sweep({ due: 0, waiting: 200, lanes })).started).toEqual(lanes);
  });

  it('hands over everything that is due', async () => {
    expect(await sweep({ due: 300 })).toMatchObject({ handedOver: 300, handedBack: [], left: 0 });
  });

  it('hands over at once what gates let through', async () => {
    expect(await sweep({ due: 0, opened: ['held'] })).toMatchObject({ handedOver: 1 });
  });

  it('gives back what the queue does not take, and takes no more', async () => {
    expect(await sweep({ due: 500, takes: 1 })).toMatchObject({
      handedOver: 128,
      handedBack: ids(128, 256),
      left: 244,
    });
  });

  it('takes nothing for a queue that is deep', async () => {
    expect(await sweep({ due: 300, waiting: 200 })).toMatchObject({
      handedOver: 0,
      handedBack: [],
      left: 300,
    });
    expect(await sweep({ due: 300, waiting: 199 })).toMatchObject({ handedOver: 300 });
  });
});
