import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SharedAnswer } from './shared-answer.js';

const FRESH_MS = 1000;
const LONGEST_MS = 5000;

describe('SharedAnswer', () => {
  /** What each asking waits for, in order. */
  let askings: { resolve: (answer: string) => void; reject: (error: Error) => void }[];
  let answer: SharedAnswer<string>;

  beforeEach(() => {
    vi.useFakeTimers();
    askings = [];
    answer = new SharedAnswer(
      { now: () => new Date() },
      FRESH_MS,
      LONGEST_MS,
      () =>
        new Promise((resolve, reject) => {
          askings.push({ resolve, reject });
        }),
    );
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks once for all who want to know, until the answer is too old', async () => {
    const all = [answer.get(), answer.get()];
    askings[0]?.resolve('first');
    await vi.advanceTimersByTimeAsync(FRESH_MS);
    expect(await Promise.all([...all, answer.get()])).toEqual(['first', 'first', 'first']);
    await vi.advanceTimersByTimeAsync(1);
    const later = answer.get();
    askings[1]?.resolve('second');
    expect(await later).toBe('second');
    expect(askings).toHaveLength(2);
  });

  it('does not ask while the last asking has no answer, however long ago it began', async () => {
    const first = answer.get();
    await vi.advanceTimersByTimeAsync(LONGEST_MS - 1);
    const joined = answer.get();
    expect(askings).toHaveLength(1);
    askings[0]?.resolve('late');
    expect(await Promise.all([first, joined])).toEqual(['late', 'late']);
  });

  it('gives a failure to all who ask, and asks anew after the same time', async () => {
    const first = answer.get();
    askings[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await expect(answer.get()).rejects.toThrow('away');
    await vi.advanceTimersByTimeAsync(FRESH_MS + 1);
    const second = answer.get();
    askings[1]?.resolve('back');
    expect(await second).toBe('back');
  });

  it('gives up an asking that has no answer, and asks anew', async () => {
    const first = expect(answer.get()).rejects.toThrow('no answer within 5000 ms');
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    await first;
    const second = answer.get();
    askings[1]?.resolve('back');
    expect(await second).toBe('back');
  });
});
