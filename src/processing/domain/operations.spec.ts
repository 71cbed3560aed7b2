import { describe, expect, it } from 'vitest';
import type { AttemptOutcome } from './attempt.js';
import type { Hold } from './hold.js';
import { attemptsOfRun, dueHandlers, type History, type KnownAttempt, outcomeOf } from './operations.js';

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

function history(...attempts: readonly KnownAttempt[]): History {
  return { attempts, holds: [] };
}

function held(handler: string, dueAt: Date | null): Hold {
  return { eventId: 'e', handler, reason: 'LATER', waitsFor: 'it', since: NOW, deadline: null, dueAt };
}

describe('dueHandlers', () => {
  it('gives all of an event that nobody has worked on', () => {
    expect(dueHandlers(['A', 'B'], history(), NOW)).toEqual(['A', 'B']);
  });

  it('gives those whose time has come, and none that has ended', () => {
    const attempts = [
      tried('Done', 'SUCCEEDED'),
      tried('Rejected', 'REJECTED'),
      tried('Due', 'ERRORED', at(0)),
      tried('Later', 'TIMED_OUT', at(1)),
    ];
    expect(dueHandlers(['Done', 'Rejected', 'Due', 'Later', 'New'], history(...attempts), NOW)).toEqual([
      'Due',
      'New',
    ]);
  });

  it('goes by the last attempt', () => {
    const attempts = [tried('A', 'ERRORED', at(-5)), tried('A', 'SUCCEEDED', null, 2)];
    expect(dueHandlers(['A'], history(...attempts), NOW)).toEqual([]);
  });

  it('gives the earliest where our clock is behind the one that handed the event over', () => {
    const attempts = [tried('A', 'ERRORED', at(3)), tried('B', 'ERRORED', at(2)), tried('C', 'SUCCEEDED')];
    expect(dueHandlers(['A', 'B', 'C'], history(...attempts), NOW)).toEqual(['B']);
  });
});

describe('outcomeOf', () => {
  it('is RECEIVED while one is held, due when the hold says, if it says so at all', () => {
    const outcome = (...holds: Hold[]): unknown =>
      outcomeOf(
        ['A', 'B'],
        [],
        { attempts: [tried('A', 'ERRORED', at(60)), tried('B', 'ERRORED', at(90))], holds },
        NOW,
      );
    expect(outcome(held('A', at(70)), held('B', at(80)))).toEqual({ status: 'RECEIVED', dueAt: at(70) });
    expect(outcome(held('A', null))).toEqual({ status: 'RECEIVED', dueAt: at(90) });
    expect(outcome(held('A', null), held('B', null))).toEqual({ status: 'RECEIVED', dueAt: null });
  });

  it('leaves what waits for its turn to whoever has the lane', () => {
    expect(outcomeOf(['A', 'B'], ['A', 'B'], history(), NOW)).toEqual({ status: 'RECEIVED', dueAt: null });
    expect(outcomeOf(['A', 'B'], ['A'], history(), NOW)).toEqual({ status: 'RECEIVED', dueAt: NOW });
    expect(outcomeOf(['A'], ['A'], history(tried('A', 'ERRORED', at(5))), NOW)).toEqual({
      status: 'RECEIVED',
      dueAt: at(5),
    });
  });

  it('takes an operation that was passed over for one that is done', () => {
    expect(outcomeOf(['A'], ['A'], history(tried('A', 'SUPERSEDED')), NOW).status).toBe('PROCESSED');
    expect(outcomeOf(['A'], ['A'], history(tried('A', 'EXPIRED')), NOW).status).toBe('FAILED');
  });

  it('is PROCESSED when every operation has succeeded, however often it was tried', () => {
    const attempts = [
      tried('A', 'ERRORED', at(-1)),
      tried('A', 'SUCCEEDED', null, 2),
      tried('B', 'SUCCEEDED'),
    ];
    expect(outcomeOf(['A', 'B'], [], history(...attempts), NOW)).toEqual({
      status: 'PROCESSED',
      dueAt: null,
    });
  });

  it('is RECEIVED while one can still be tried, due when the first of them is', () => {
    const attempts = [
      tried('A', 'ERRORED', at(60)),
      tried('B', 'TIMED_OUT', at(30)),
      tried('C', 'REJECTED'),
      tried('D', 'SUCCEEDED'),
    ];
    expect(outcomeOf(['A', 'B', 'C', 'D'], [], history(...attempts), NOW)).toEqual({
      status: 'RECEIVED',
      dueAt: at(30),
    });
  });

  it('is FAILED when what has not succeeded cannot be tried again', () => {
    const attempts = [tried('A', 'SUCCEEDED'), tried('B', 'ERRORED'), tried('C', 'REJECTED')];
    expect(outcomeOf(['A', 'B', 'C'], [], history(...attempts), NOW)).toEqual({
      status: 'FAILED',
      dueAt: null,
    });
  });

  it('is RECEIVED and due at once where the outcome of an operation is not known', () => {
    expect(outcomeOf(['A', 'B'], [], history(tried('A', 'SUCCEEDED')), NOW)).toEqual({
      status: 'RECEIVED',
      dueAt: NOW,
    });
  });

  it('does not mind attempts of a handler that is no more', () => {
    expect(outcomeOf(['A'], [], history(tried('Gone', 'ERRORED'), tried('A', 'SUCCEEDED')), NOW).status).toBe(
      'PROCESSED',
    );
  });
});

describe('attemptsOfRun', () => {
  const ran = (run: number, handler: string, outcome: AttemptOutcome) => ({ run, handler, outcome });
  const first = ran(0, 'A', 'SUCCEEDED');
  const second = ran(0, 'B', 'ERRORED');

  it('gives those of the present run', () => {
    const third = ran(1, 'A', 'ERRORED');
    expect(attemptsOfRun({ run: 0, scope: null }, [first, second])).toEqual([first, second]);
    expect(attemptsOfRun({ run: 1, scope: 'ALL' }, [first, second, third])).toEqual([third]);
  });

  it('adds the successes that a run of what has failed builds on: each handler’s last word', () => {
    expect(attemptsOfRun({ run: 1, scope: 'FAILED' }, [first, second])).toEqual([first]);
    const passedOver = ran(0, 'C', 'SUPERSEDED');
    expect(attemptsOfRun({ run: 1, scope: 'FAILED' }, [first, passedOver])).toEqual([first, passedOver]);
    const failedSince = ran(1, 'A', 'REJECTED');
    expect(attemptsOfRun({ run: 2, scope: 'FAILED' }, [first, second, failedSince])).toEqual([]);
    const succeededSince = ran(2, 'B', 'SUCCEEDED');
    const present = ran(3, 'A', 'ERRORED');
    const all = [first, second, failedSince, succeededSince, present];
    expect(attemptsOfRun({ run: 3, scope: 'FAILED' }, all)).toEqual([succeededSince, present]);
  });
});
