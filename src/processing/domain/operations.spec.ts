import { describe, expect, it } from 'vitest';
import type { AttemptOutcome } from './attempt.js';
import { dueHandlers, type KnownAttempt, outcomeOf } from './operations.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

function tried(
  handler: string,
  outcome: AttemptOutcome,
  retryAt: Date | null = null,
  attempt = 1,
): KnownAttempt {
  return { handler, attempt, outcome, retryAt };
}

describe('dueHandlers', () => {
  it('gives all of an event that nobody has worked on', () => {
    expect(dueHandlers(['A', 'B'], [], NOW)).toEqual(['A', 'B']);
  });

  it('gives those whose time has come, and none that has ended', () => {
    const attempts = [
      tried('Done', 'SUCCEEDED'),
      tried('Rejected', 'REJECTED'),
      tried('Due', 'ERRORED', at(0)),
      tried('Later', 'TIMED_OUT', at(1)),
    ];
    expect(dueHandlers(['Done', 'Rejected', 'Due', 'Later', 'New'], attempts, NOW)).toEqual(['Due', 'New']);
  });

  it('goes by the last attempt', () => {
    const attempts = [tried('A', 'ERRORED', at(-5)), tried('A', 'SUCCEEDED', null, 2)];
    expect(dueHandlers(['A'], attempts, NOW)).toEqual([]);
  });

  it('gives the earliest where our clock is behind the one that handed the event over', () => {
    const attempts = [tried('A', 'ERRORED', at(3)), tried('B', 'ERRORED', at(2)), tried('C', 'SUCCEEDED')];
    expect(dueHandlers(['A', 'B', 'C'], attempts, NOW)).toEqual(['B']);
  });
});

describe('outcomeOf', () => {
  it('is PROCESSED when every operation has succeeded, however often it was tried', () => {
    const attempts = [
      tried('A', 'ERRORED', at(-1)),
      tried('A', 'SUCCEEDED', null, 2),
      tried('B', 'SUCCEEDED'),
    ];
    expect(outcomeOf(['A', 'B'], attempts, NOW)).toEqual({ status: 'PROCESSED', dueAt: null });
  });

  it('is RECEIVED while one can still be tried, due when the first of them is', () => {
    const attempts = [
      tried('A', 'ERRORED', at(60)),
      tried('B', 'TIMED_OUT', at(30)),
      tried('C', 'REJECTED'),
      tried('D', 'SUCCEEDED'),
    ];
    expect(outcomeOf(['A', 'B', 'C', 'D'], attempts, NOW)).toEqual({ status: 'RECEIVED', dueAt: at(30) });
  });

  it('is FAILED when what has not succeeded cannot be tried again', () => {
    const attempts = [tried('A', 'SUCCEEDED'), tried('B', 'ERRORED'), tried('C', 'REJECTED')];
    expect(outcomeOf(['A', 'B', 'C'], attempts, NOW)).toEqual({ status: 'FAILED', dueAt: null });
  });

  it('is RECEIVED and due at once where the outcome of an operation is not known', () => {
    expect(outcomeOf(['A', 'B'], [tried('A', 'SUCCEEDED')], NOW)).toEqual({ status: 'RECEIVED', dueAt: NOW });
  });

  it('does not mind attempts of a handler that is no more', () => {
    expect(outcomeOf(['A'], [tried('Gone', 'ERRORED'), tried('A', 'SUCCEEDED')], NOW).status).toBe(
      'PROCESSED',
    );
  });
});
