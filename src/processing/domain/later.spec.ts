import { describe, expect, it } from 'vitest';
import type { Hold } from './hold.js';
import { laterHold } from './later.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const at = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);
const RULES = { name: 'Handler', laterWithinMs: 1000 };

/** A hold that began so long ago. */
function held(change: Partial<Hold> = {}): Hold {
  return {
    eventId: 'event',
    handler: 'Handler',
    reason: 'LATER',
    waitsFor: 'before',
    since: at(-400),
    deadline: at(600),
    dueAt: NOW,
    ...change,
  };
}

describe('laterHold', () => {
  it('waits as long as it is asked to, and says what for', () => {
    expect(laterHold('event', RULES, [], { delayMs: 300, message: 'the stock is counted' }, NOW)).toEqual({
      eventId: 'event',
      handler: 'Handler',
      reason: 'LATER',
      waitsFor: 'the stock is counted',
      since: NOW,
      deadline: at(1000),
      dueAt: at(300),
    });
  });

  it.each([
    ['from the first time in a row', [held()], at(-400)],
    ['anew, after a hold of another reason', [held({ reason: 'PREREQUISITE' })], NOW],
    ["apart from other handlers'", [held({ handler: 'Another' })], NOW],
  ])('counts its deadline %s', (_, holds, since) => {
    const hold = laterHold('event', RULES, holds, { delayMs: 1, message: '' }, NOW);
    expect(hold).toMatchObject({ since, deadline: new Date(since.getTime() + 1000) });
  });

  it.each([
    ['no later than its deadline', 5000, at(600)],
    ['at once, for less than no time', -1, NOW],
    ['at once, for no number', Number.NaN, NOW],
    ['at its deadline, for ever', Number.POSITIVE_INFINITY, at(600)],
  ])('is due %s', (_, delayMs, dueAt) => {
    expect(laterHold('event', RULES, [held()], { delayMs, message: '' }, NOW)?.dueAt).toEqual(dueAt);
  });

  it('is none once its deadline has come', () => {
    const over = [held({ deadline: at(0) })];
    expect(laterHold('event', RULES, over, { delayMs: 1, message: '' }, NOW)).toBeNull();
    const stillInTime = [held({ deadline: at(1) })];
    expect(laterHold('event', RULES, stillInTime, { delayMs: 1, message: '' }, NOW)).not.toBeNull();
  });
});
