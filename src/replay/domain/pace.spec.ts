import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const at = (milliseconds: number): Date => new Date(NOW + milliseconds);

/** What comes due when it is asked every so many milliseconds for so long. */
function asked(perSecond: number, every: number, milliseconds: number): number[] {
  const pace = new Pace(perSecond, at(0));
  return Array.from({ length: milliseconds / every }, (_, index) => pace.due(at((index + 1) * every)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);

describe('Pace', () => {
  it('gives nothing at first', () => {
    expect(new Pace(10_000, at(0)).due(at(0))).toBe(0);
  });

  it.each([1, 3, 7, 100, 10_000])('gives %i a second, however often it is asked', (perSecond) => {
    for (const every of [10, 50, 100, 250]) expect(sum(asked(perSecond, every, 60_000))).toBe(60 * perSecond);
  });

  it('spreads them evenly', () => {
    expect(asked(100, 100, 500)).toEqual([10, 10, 10, 10, 10]);
    expect(asked(2, 100, 1000)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });

  it('does not make up for a long time in which nothing could be done', () => {
    const pace = new Pace(100, at(0));
    expect(pace.due(at(60_000))).toBe(50);
    expect(pace.due(at(60_100))).toBe(10);
    expect(new Pace(1, at(0)).due(at(60_000))).toBe(1);
  });

  it('does nothing when the clock is set back, and goes on from there', () => {
    const pace = new Pace(100, at(1000));
    expect(pace.due(at(0))).toBe(0);
    expect(pace.due(at(100))).toBe(10);
  });
});
