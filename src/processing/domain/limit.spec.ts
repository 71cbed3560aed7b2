import { describe, expect, it } from 'vitest';
import { limitInForce, Places } from './limit.js';

const NONE = { concurrency: null, ratePerSecond: null };

describe('a limit', () => {
  it('is what an admin has set, and for the rest what the handler declares', () => {
    expect(limitInForce(undefined, undefined)).toBeNull();
    expect(limitInForce(undefined, NONE)).toBeNull();
    expect(limitInForce(undefined, { concurrency: 3, ratePerSecond: null })).toEqual({
      ...NONE,
      concurrency: 3,
    });
    expect(
      limitInForce({ concurrency: 9, ratePerSecond: null }, { concurrency: 3, ratePerSecond: 2 }),
    ).toEqual({
      concurrency: 9,
      ratePerSecond: 2,
    });
  });
});

describe('the places at some gates', () => {
  it('are taken at all of them or at none', () => {
    const a = { name: 'a', limit: { concurrency: 2, ratePerSecond: null } };
    const b = { name: 'b', limit: { concurrency: null, ratePerSecond: 1 } };
    const places = new Places(new Map([['a', { running: 0, started: 99 }]]));
    expect(places.take([a, b])).toBeNull();
    expect(places.take([a, b])).toBe('b');
    expect(places.take([a])).toBeNull();
    expect(places.take([a])).toBe('a');
    expect(places.take([])).toBeNull();
  });

  it('are those that others have left', () => {
    const used = new Places(new Map([['a', { running: 2, started: 0 }]]));
    expect(used.take([{ name: 'a', limit: { concurrency: 2, ratePerSecond: 9 } }])).toBe('a');
    const started = new Places(new Map([['a', { running: 0, started: 9 }]]));
    expect(started.take([{ name: 'a', limit: { concurrency: 2, ratePerSecond: 9 } }])).toBe('a');
  });
});
