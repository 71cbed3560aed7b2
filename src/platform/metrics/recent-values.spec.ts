import { describe, expect, it } from 'vitest';
import { percentiles, RecentValues } from './recent-values.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('percentiles', () => {
  it('has none of no values', () => {
    expect(percentiles([])).toEqual({ count: 0, p50: null, p95: null, p99: null });
  });

  it.each([
    { values: [7], p50: 7, p95: 7, p99: 7 },
    { values: [0, 1], p50: 0, p95: 1, p99: 1 },
    { values: upTo(5), p50: 3, p95: 5, p99: 5 },
    { values: upTo(100), p50: 50, p95: 95, p99: 99 },
    { values: upTo(101), p50: 51, p95: 96, p99: 100 },
  ])('are values that were there, the nearest in rank: $values.length', ({ values, ...expected }) => {
    expect(percentiles(values)).toEqual({ count: values.length, ...expected });
  });

  it('sort as numbers, and leave what they were given as it was', () => {
    const values = [10, 9, 100];
    expect(percentiles(values)).toMatchObject({ p50: 10, p95: 100 });
    expect(values).toEqual([10, 9, 100]);
  });
});

describe('RecentValues', () => {
  const WINDOW_MS = 1000;
  const at = (milliseconds: number): Date => new Date(milliseconds);

  it('forget what has left the window, and keep what is at its edge', () => {
    const recent = new RecentValues(10, WINDOW_MS);
    recent.record(1, at(0));
    recent.record(2, at(500));
    expect(recent.percentiles(at(WINDOW_MS))).toMatchObject({ count: 2, p50: 1 });
    expect(recent.percentiles(at(WINDOW_MS + 1))).toMatchObject({ count: 1, p50: 2 });
    expect(recent.percentiles(at(WINDOW_MS + 501))).toMatchObject({ count: 0, p50: null });
  });

  it('give up the oldest for the newest where they have no room', () => {
    const recent = new RecentValues(3, WINDOW_MS);
    for (const value of upTo(7)) recent.record(value, at(value));
    expect(recent.percentiles(at(7))).toEqual({ count: 3, p50: 6, p95: 7, p99: 7 });
  });
});
