import { describe, expect, it } from 'vitest';
import { ATTEMPT_OUTCOMES } from './attempt.js';
import { isFailure, RecentOutcomes } from './breaker.js';

describe('a breaker', () => {
  it('counts what shows that the handler does not work', () => {
    expect(ATTEMPT_OUTCOMES.filter(isFailure)).toEqual(['ERRORED', 'TIMED_OUT']);
  });

  it.each([
    ['as many as it takes have failed', 0.5, [true, false, true, false], [false, false, false, true]],
    ['too few are there', 0.5, [true, true, true], [false, false, false]],
    [
      'only the last ones have failed',
      0.5,
      [false, false, false, false, true, true],
      [false, false, false, false, false, true],
    ],
    [
      'earlier ones have failed',
      0.5,
      [true, false, false, false, true, false],
      [false, false, false, false, false, false],
    ],
    ['one of four may not fail', 0.25, [false, false, false, true], [false, false, false, true]],
    ['all have to fail and one has not', 1, [true, true, false, true], [false, false, false, false]],
  ])('looks at the last four: %s', (_, failureRate, failed, trips) => {
    const recent = new RecentOutcomes();
    const rules = { failureRate, lastAttempts: 4, openMs: 1 };
    expect(failed.map((one) => recent.record(one, rules))).toEqual(trips);
  });
});
