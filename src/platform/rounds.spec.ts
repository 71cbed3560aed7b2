import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Rounds } from './rounds.js';

describe('Rounds', () => {
  const warned: string[] = [];
  const warn = (message: string): void => {
    warned.push(message);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    warned.length = 0;
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('come after the pause that the one before has asked for', async () => {
    let count = 0;
    const rounds = new Rounds(10, () => Promise.resolve((count += 1) * 100), warn);
    rounds.start();
    const seen: number[] = [];
    for (const milliseconds of [9, 1, 99, 1, 199, 1]) {
      await vi.advanceTimersByTimeAsync(milliseconds);
      seen.push(count);
    }
    expect(seen).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('end with the one under way', async () => {
    let count = 0;
    let finish = (): void => undefined;
    const rounds = new Rounds(
      10,
      () => {
        count += 1;
        return new Promise((resolve) => {
          finish = () => {
            resolve(10);
          };
        });
      },
      warn,
    );
    rounds.start();
    await vi.advanceTimersByTimeAsync(10);
    let stopped = false;
    const stop = rounds.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(100);
    expect([count, stopped]).toEqual([1, false]);
    finish();
    await stop;
    await vi.advanceTimersByTimeAsync(100);
    expect([count, stopped]).toEqual([1, true]);
  });

  it('go on after one that has failed, and tell what was wrong once', async () => {
    const faults = ['down', 'down', undefined, 'down', 'full'];
    const rounds = new Rounds(
      10,
      () => {
        const fault = faults.shift();
        return fault === undefined ? Promise.resolve(10) : Promise.reject(new Error(fault));
      },
      warn,
    );
    rounds.start();
    await vi.advanceTimersByTimeAsync(50);
    await rounds.stop();
    expect(warned).toEqual(['down', 'down', 'full']);
  });
});
