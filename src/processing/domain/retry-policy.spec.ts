import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../application/handlers/handler-options.js';
import { nextDelay, type RetryPolicy } from './retry-policy.js';

const HOUR_MS = 3_600_000;
const ALMOST_ONE = 1 - Number.EPSILON;
const byDefault: RetryPolicy = DEFAULTS;

/** The waits after each failed attempt with this much luck, up to the last one. */
function delays(policy: RetryPolicy, random: number): (number | null)[] {
  return Array.from({ length: policy.attempts }, (_, index) => nextDelay(policy, index + 1, random));
}

describe('nextDelay', () => {
  it('grows sixfold from the first bound', () => {
    const policy = { attempts: 5, backoffMs: 1000 };
    expect(delays(policy, 0.5)).toEqual([500, 3000, 18_000, 108_000, null]);
  });

  it('spreads over the whole span, from nothing to just below the bound', () => {
    expect(nextDelay(byDefault, 1, 0)).toBe(0);
    expect(nextDelay(byDefault, 1, ALMOST_ONE)).toBe(4999);
    expect(nextDelay(byDefault, 3, 0)).toBe(0);
    expect(nextDelay(byDefault, 3, ALMOST_ONE)).toBe(179_999);
  });

  it('never waits longer than twelve hours', () => {
    const patient = { attempts: 100, backoffMs: 5000 };
    const longest = Math.max(...delays(patient, ALMOST_ONE).map((delay) => delay ?? 0));
    expect(longest).toBe(12 * HOUR_MS - 1);
    // Beyond every finite power as well.
    expect(nextDelay({ attempts: 10_000, backoffMs: 5000 }, 9000, 0.5)).toBe(6 * HOUR_MS);
  });

  it('gives whole milliseconds', () => {
    expect(nextDelay({ attempts: 2, backoffMs: 10 }, 1, 0.123)).toBe(1);
  });

  it('has no wait after the last attempt, or one beyond it', () => {
    expect(nextDelay(byDefault, 7, 0)).toBe(0);
    expect(nextDelay(byDefault, 8, 0)).toBeNull();
    expect(nextDelay(byDefault, 9, 0)).toBeNull();
    expect(nextDelay({ attempts: 1, backoffMs: 5000 }, 1, 0.5)).toBeNull();
  });

  it('spans at most about a day by default', () => {
    const most = delays(byDefault, ALMOST_ONE).reduce<number>((sum, delay) => sum + (delay ?? 0), 0);
    expect(most / HOUR_MS).toBeGreaterThan(20);
    expect(most / HOUR_MS).toBeLessThan(28);
  });
});
