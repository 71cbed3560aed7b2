import { describe, expect, it, vi } from 'vitest';
import { BatcherFullError, type BatchLimits, NaturalBatcher, OutOfPatienceError } from './natural-batcher.js';

/** A batch that has left, to be brought to its end by the test. */
interface Departed {
  readonly items: readonly number[];
  finish(): void;
  fail(error: Error): void;
}

/** A batcher of numbers whose results are ten times the items, and whose batches end when the test says so. */
function manual(limits: Partial<BatchLimits<number>>): {
  batcher: NaturalBatcher<number, number>;
  departed: Departed[];
} {
  const departed: Departed[] = [];
  const batcher = new NaturalBatcher<number, number>(
    { batchSize: 8, inFlight: 1, waiting: 1000, ...limits },
    (items) =>
      new Promise((resolve, reject) => {
        departed.push({
          items,
          finish: () => {
            resolve(items.map((item) => item * 10));
          },
          fail: reject,
        });
      }),
  );
  return { batcher, departed };
}

/** Everything that can go on without the test has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Brings every batch to its end, the ones to come as well; gives their items. */
async function finishAll(departed: Departed[]): Promise<(readonly number[])[]> {
  const batches: (readonly number[])[] = [];
  await settled();
  while (departed.length > 0) {
    for (const batch of departed.splice(0)) {
      batches.push(batch.items);
      batch.finish();
    }
    await settled();
  }
  return batches;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('NaturalBatcher', () => {
  it('gives each caller its own result', async () => {
    const { batcher, departed } = manual({});
    const results = Promise.all(numbers(20).map((item) => batcher.add(item)));
    await finishAll(departed);
    expect(await results).toEqual(numbers(20).map((item) => item * 10));
  });

  it('takes what arrives in one turn in one batch, in the order of arrival', async () => {
    const { batcher, departed } = manual({});
    void batcher.add(3);
    void batcher.add(1);
    await settled();
    expect(departed.map(({ items }) => items)).toEqual([[3, 1]]);
  });

  it('makes batches of two sizes to the octave up to its limit', async () => {
    const { batcher, departed } = manual({});
    for (const item of numbers(23)) void batcher.add(item);
    const batches = await finishAll(departed);
    expect(batches.map(({ length }) => length)).toEqual([8, 8, 6, 1]);
    expect(batches.flat()).toEqual(numbers(23));
  });

  it('lets a batch leave as soon as one is back, with what waits by then', async () => {
    const { batcher, departed } = manual({});
    void batcher.add(1);
    await settled();
    void batcher.add(2);
    await settled();
    void batcher.add(3);
    await settled();
    expect(departed).toHaveLength(1);
    departed[0]?.finish();
    await settled();
    expect(departed.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  });

  it('has no more batches in flight than it may', async () => {
    const { batcher, departed } = manual({ batchSize: 1, inFlight: 3 });
    for (const item of numbers(5)) void batcher.add(item);
    await settled();
    expect(departed).toHaveLength(3);
    departed[1]?.finish();
    await settled();
    expect(departed.map(({ items }) => items)).toEqual([[0], [1], [2], [3]]);
  });

  it('starts further batches for what arrives while others are in flight', async () => {
    const { batcher, departed } = manual({ inFlight: 2 });
    void batcher.add(1);
    await settled();
    void batcher.add(2);
    await settled();
    expect(departed.map(({ items }) => items)).toEqual([[1], [2]]);
  });

  it('keeps a batch below the most weight, and lets one heavier item go alone', async () => {
    const { batcher, departed } = manual({ weight: { of: (item) => item, most: 10, waiting: 1000 } });
    for (const item of [5, 5, 1, 50, 9, 1, 2]) void batcher.add(item);
    const batches = await finishAll(departed);
    expect(batches).toEqual([[5, 5], [1], [50], [9, 1], [2]]);
  });

  it('refuses one more than may wait, and takes the next when there is room', async () => {
    const { batcher, departed } = manual({ waiting: 2 });
    void batcher.add(0);
    await settled();
    void batcher.add(1);
    void batcher.add(2);
    await expect(batcher.add(3)).rejects.toThrow(BatcherFullError);
    departed[0]?.finish();
    await settled();
    const taken = batcher.add(4);
    await finishAll(departed);
    expect(await taken).toBe(40);
  });

  it('refuses more weight than may wait, and takes it when there is room', async () => {
    const { batcher, departed } = manual({ weight: { of: (item) => item, most: 10, waiting: 20 } });
    void batcher.add(9);
    await settled();
    void batcher.add(15);
    await expect(batcher.add(6)).rejects.toThrow(BatcherFullError);
    departed[0]?.finish();
    await settled();
    const taken = batcher.add(6);
    await finishAll(departed);
    expect(await taken).toBe(60);
  });

  it('gives up what waits or is stuck in a batch for longer than its patience', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    try {
      const { batcher, departed } = manual({ patienceMs: 800 });
      const stuck = batcher.add(1);
      await settled();
      const waiting = batcher.add(2);
      const outcomes = Promise.allSettled([stuck, waiting]);
      await vi.advanceTimersByTimeAsync(700);
      const young = batcher.add(3);
      await vi.advanceTimersByTimeAsync(300);
      expect(await outcomes).toMatchObject([
        { reason: { name: OutOfPatienceError.name } },
        { reason: { name: OutOfPatienceError.name } },
      ]);
      departed[0]?.finish();
      await finishAll(departed);
      expect(await young).toBe(30);
    } finally {
      vi.useRealTimers();
    }
  });

  it('rejects the items of a failed batch, and only those', async () => {
    const { batcher, departed } = manual({ batchSize: 2, inFlight: 2 });
    const outcomes = Promise.allSettled(numbers(6).map((item) => batcher.add(item)));
    await settled();
    departed[0]?.fail(new Error('the database is away'));
    departed[1]?.finish();
    await settled();
    departed[2]?.finish();
    expect((await outcomes).map(({ status }) => status)).toEqual([
      ...['rejected', 'rejected'],
      ...['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled'],
    ]);
  });

  it('goes on after a flush that throws at once', async () => {
    let calls = 0;
    const batcher = new NaturalBatcher<number, number>(
      { batchSize: 1, inFlight: 1, waiting: 10 },
      (items) => {
        calls += 1;
        if (calls === 1) throw new Error('thrown, not rejected');
        return Promise.resolve(items);
      },
    );
    const outcomes = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('tries the items of a batch one by one when one of them may be at fault', async () => {
    class Poison extends Error {}
    const tried: (readonly number[])[] = [];
    const batcher = new NaturalBatcher<number, number>(
      { batchSize: 8, inFlight: 1, waiting: 10, isFaultOfItem: (error) => error instanceof Poison },
      (items) => {
        tried.push(items);
        return items.includes(2) ? Promise.reject(new Poison()) : Promise.resolve(items);
      },
    );
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((item) => batcher.add(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(tried).toEqual([[1, 2, 3, 4], [1], [2], [3], [4]]);
  });
});
