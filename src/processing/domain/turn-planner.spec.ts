import { describe, expect, it } from 'vitest';
import type { AttemptOutcome } from './attempt.js';
import type { HandlerRules } from './handler-rules.js';
import type { Hold, HoldReason } from './hold.js';
import type { LaneEvent, LaneFacts } from './lane-event.js';
import type { KnownAttempt } from './operations.js';
import { TurnPlanner } from './turn-planner.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const WITHIN_S = 3600;

function rule(name: string, change: Partial<HandlerRules> = {}): HandlerRules {
  return {
    name,
    retry: { attempts: 3, backoffMs: 1000 },
    ...{ timeoutMs: 1000, laterWithinMs: 1000, serial: true, requires: null, supersede: false },
    ...{ concurrency: null, ratePerSecond: null, breaker: null },
    ...change,
  };
}

function requiring(name: string, types: string[], whenMissing: 'fail' | 'run' = 'fail'): HandlerRules {
  return rule(name, { requires: { types, withinMs: WITHIN_S * 1000, whenMissing } });
}

const H = rule('H');
const PAID = requiring('Paid', ['created']);

let position = 0;

/** An event of a lane; each has the next place, unless it says another. */
function event(
  id: string,
  rules: readonly HandlerRules[] | null = [H],
  change: Partial<LaneEvent> & { attempts?: KnownAttempt[]; holds?: Hold[] } = {},
): LaneEvent {
  const { attempts = [], holds = [], ...rest } = change;
  position += 1;
  return {
    ...{ id, type: id.replace(/\d+$/, ''), position, heldUntil: null, waits: false, isSuspect: false, rules },
    history: { attempts, holds },
    ...rest,
  };
}

function tried(handler: string, outcome: AttemptOutcome, retryAt: Date | null = null): KnownAttempt {
  return { handler, attempt: 1, outcome, retryAt };
}

function hold(handler: string, reason: HoldReason, dueAt: Date | null, deadline = dueAt): Hold {
  return { eventId: 'e', handler, reason, waitsFor: 'created', since: at(-60), deadline, dueAt };
}

/** What comes of showing a planner these events in their order, as far as it wants to see them. */
function plan(
  events: readonly LaneEvent[],
  {
    most = 64,
    takesSuspects = false,
    ...facts
  }: Partial<LaneFacts> & { most?: number; takesSuspects?: boolean } = {},
) {
  const planner = new TurnPlanner({ now: NOW, most, takesSuspects });
  const all = { processed: new Set<string>(), applied: new Map(), requiredBy: () => [], ...facts };
  const seen = events.findIndex((each) => !planner.consider(each, all));
  return {
    turns: planner.turns.map(({ eventId, verdicts }) => [
      eventId,
      Object.fromEntries([...verdicts].map(([handler, { kind }]) => [handler, kind])),
    ]),
    parked: planner.parked.map(({ eventId, handler, waitsFor, since, deadline }) => ({
      ...{ eventId, handler, waitsFor, since, deadline },
    })),
    wakeAt: planner.wakeAt,
    isEmpty: planner.isEmpty,
    forgotten: planner.forgotten,
    suspectIsNext: planner.suspectIsNext,
    stoppedAt: seen === -1 ? null : events[seen]?.id,
  };
}

const run = (id: string, ...handlers: string[]): unknown => [
  id,
  Object.fromEntries(handlers.map((handler) => [handler, 'RUN'])),
];

describe('turns in a lane', () => {
  it('are taken in the order in which the events are shown, as many as are wanted', () => {
    const events = [event('a1'), event('a2'), event('a3')];
    expect(plan(events).turns).toEqual([run('a1', 'H'), run('a2', 'H'), run('a3', 'H')]);
    expect(plan(events, { most: 2 })).toMatchObject({
      turns: [run('a1', 'H'), run('a2', 'H')],
      stoppedAt: 'a3',
    });
  });

  it('are those of all handlers that are not over', () => {
    const one = event('a1', [H, rule('I'), rule('J')], {
      attempts: [tried('I', 'SUCCEEDED'), tried('J', 'REJECTED')],
    });
    expect(plan([one]).turns).toEqual([run('a1', 'H')]);
  });

  it('pass over an event that serial handlers are done with', () => {
    const over = event('a1', [H], { attempts: [tried('H', 'REJECTED')] });
    const unhandled = event('a2', []);
    expect(plan([over, unhandled])).toMatchObject({ turns: [], isEmpty: true, stoppedAt: null });
    expect(plan([over, unhandled, event('a3')])).toMatchObject({ turns: [run('a3', 'H')], isEmpty: false });
  });

  it('wait for the first until it is due again', () => {
    const waiting = event('a1', [H], { attempts: [tried('H', 'ERRORED', at(5))] });
    expect(plan([waiting, event('a2')])).toMatchObject({ turns: [], wakeAt: at(5), stoppedAt: 'a1' });
    const due = event('a1', [H], { attempts: [tried('H', 'ERRORED', at(0))] });
    expect(plan([due, event('a2')]).turns).toEqual([run('a1', 'H'), run('a2', 'H')]);
  });

  it('wait for the first while it has put itself off, or a gate holds it', () => {
    const later = event('a1', [H], { holds: [hold('H', 'LATER', at(7))] });
    expect(plan([later, event('a2')])).toMatchObject({ turns: [], wakeAt: at(7), stoppedAt: 'a1' });
    const paused = event('a1', [H], { holds: [hold('H', 'PAUSE', null)] });
    expect(plan([paused, event('a2')])).toMatchObject({
      turns: [],
      wakeAt: null,
      stoppedAt: 'a1',
      isEmpty: false,
    });
  });

  it('go on with one handler of an event while another one waits, and not with the next event', () => {
    const half = event('a1', [H, rule('I')], { attempts: [tried('I', 'ERRORED', at(5))] });
    expect(plan([half, event('a2')])).toMatchObject({
      turns: [run('a1', 'H')],
      wakeAt: at(5),
      stoppedAt: 'a1',
    });
  });

  it('wait for an event that is in hand, at most until its lease ends', () => {
    const inHand = event('a1', [H], { heldUntil: at(30) });
    expect(plan([inHand, event('a2')])).toMatchObject({
      turns: [],
      wakeAt: at(30),
      stoppedAt: 'a1',
      isEmpty: false,
    });
  });

  it('are left to others for a while where the provider is not known', () => {
    expect(plan([event('a1', null), event('a2')])).toMatchObject({
      ...{ turns: [], wakeAt: at(10), isEmpty: false, stoppedAt: 'a1' },
    });
  });

  it('tell of events that nothing would wake any more', () => {
    const noHandler = event('a1', [], { waits: true });
    const over = event('a2', [H], { waits: true, attempts: [tried('H', 'SUCCEEDED')] });
    const gated = event('a3', [], { waits: true, holds: [hold('Plain', 'PAUSE', null)] });
    const due = event('a4', [], { waits: false });
    expect(plan([noHandler, over, gated, due]).forgotten).toEqual(['a1', 'a2']);
  });

  it('give a suspect a turn of its own, when it is wanted', () => {
    const suspect = event('a2', [H], { isSuspect: true });
    const first = event('a1');
    expect(plan([first, suspect])).toMatchObject({
      turns: [run('a1', 'H')],
      suspectIsNext: false,
      stoppedAt: 'a2',
    });
    expect(plan([suspect, event('a3')])).toMatchObject({ turns: [], suspectIsNext: true, stoppedAt: 'a2' });
    expect(plan([suspect, event('a3')], { takesSuspects: true, most: 1 })).toMatchObject({
      ...{ turns: [run('a2', 'H')], suspectIsNext: false },
    });
    const waiting = event('a4', [H], { isSuspect: true, attempts: [tried('H', 'ERRORED', at(5))] });
    expect(plan([waiting])).toMatchObject({ turns: [], suspectIsNext: false, wakeAt: at(5) });
  });
});

describe('an event that requires others', () => {
  const parkedPaid = (id: string): unknown => ({
    ...{ eventId: id, handler: 'Paid', waitsFor: 'created', since: NOW, deadline: at(WITHIN_S) },
  });

  it('is parked until its deadline, and the lane is not empty', () => {
    expect(plan([event('paid1', [PAID])])).toMatchObject({
      ...{ turns: [], parked: [parkedPaid('paid1')], wakeAt: at(WITHIN_S), isEmpty: false, stoppedAt: null },
    });
  });

  it('is run when they have been processed, whether it was parked or not', () => {
    const processed = new Set(['created']);
    expect(plan([event('paid1', [PAID])], { processed })).toMatchObject({
      turns: [run('paid1', 'Paid')],
      parked: [],
    });
    const parked = event('paid1', [PAID], { holds: [hold('Paid', 'PREREQUISITE', at(50))] });
    expect(plan([parked], { processed }).turns).toEqual([run('paid1', 'Paid')]);
  });

  it('lets nothing pass but what it waits for', () => {
    const events = [
      event('paid1', [PAID]),
      event('noted1'),
      event('created1'),
      event('noted2'),
      event('created2'),
    ];
    expect(plan(events)).toMatchObject({
      turns: [run('created1', 'H'), run('created2', 'H')],
      stoppedAt: null,
    });
  });

  it('lets pass what that requires in its turn, before it is there and after', () => {
    const requiredBy = (type: string): string[] => (type === 'created' ? ['opened'] : []);
    const created = requiring('Created', ['opened']);
    expect(plan([event('paid1', [PAID]), event('opened1')], { requiredBy }).turns).toEqual([
      run('opened1', 'H'),
    ]);
    const events = [event('paid1', [PAID]), event('opened1'), event('created1', [created])];
    expect(plan(events, { requiredBy })).toMatchObject({
      ...{ turns: [run('opened1', 'H')], parked: [parkedPaid('paid1')], stoppedAt: 'created1' },
    });
    const processed = new Set(['opened']);
    expect(plan(events, { requiredBy, processed }).turns).toEqual([run('created1', 'Created')]);
  });

  it('lets pass what others that are parked wait for, beside what it waits for', () => {
    const events = [
      event('paid1', [PAID]),
      event('created1', [requiring('Created', ['opened'])]),
      event('created2'),
    ];
    const requiredBy = (type: string): string[] => (type === 'created' ? ['opened'] : []);
    expect(plan(events, { requiredBy }).turns).toEqual([run('created2', 'H')]);
  });

  it('does not go on for ever where two require each other', () => {
    const requiredBy = (type: string): string[] => (type === 'created' ? ['paid'] : ['created']);
    expect(plan([event('paid1', [PAID])], { requiredBy }).parked).toHaveLength(1);
  });

  it('waits without being parked for what comes in the same go', () => {
    const events = [event('created1'), event('paid1', [PAID]), event('noted1')];
    expect(plan(events)).toMatchObject({ turns: [run('created1', 'H')], parked: [], stoppedAt: 'paid1' });
  });

  it('is parked where only a part of it comes', () => {
    const both = requiring('Both', ['created', 'opened']);
    expect(plan([event('created1'), event('paid1', [both])]).parked).toMatchObject([
      { waitsFor: 'created, opened' },
    ]);
  });

  it('keeps the time from which it waits and its deadline when it waits for less', () => {
    const both = requiring('Paid', ['created', 'opened']);
    const parked = event('paid1', [both], {
      holds: [{ ...hold('Paid', 'PREREQUISITE', at(50)), waitsFor: 'x' }],
    });
    expect(plan([parked], { processed: new Set(['opened']) }).parked).toEqual([
      { eventId: 'paid1', handler: 'Paid', waitsFor: 'created', since: at(-60), deadline: at(50) },
    ]);
  });

  it('is not written down again while nothing changes', () => {
    const parked = event('paid1', [PAID], { holds: [hold('Paid', 'PREREQUISITE', at(50))] });
    expect(plan([parked])).toMatchObject({ parked: [], wakeAt: at(50), turns: [] });
  });

  it('is run or failed at its deadline, as declared', () => {
    const expired = (rules: HandlerRules) =>
      event('paid1', [rules], { holds: [hold('Paid', 'PREREQUISITE', at(0))] });
    expect(plan([expired(PAID)])).toMatchObject({ turns: [['paid1', { Paid: 'EXPIRED' }]], parked: [] });
    // Also where it has come to wait for less.
    const both = requiring('Paid', ['created', 'opened']);
    expect(plan([expired(both)])).toMatchObject({ turns: [['paid1', { Paid: 'EXPIRED' }]], parked: [] });
    expect(plan([expired(requiring('Paid', ['created'], 'run'))]).turns).toEqual([run('paid1', 'Paid')]);
  });

  it.each([
    ['has been tried', { attempts: [tried('Paid', 'ERRORED', at(5))] }],
    ['has put itself off', { holds: [hold('Paid', 'LATER', at(5), at(90))] }],
    ['is held by a gate', { holds: [hold('Paid', 'LIMIT', at(5), null)] }],
  ])('is not parked a second time once it was let through and %s', (_, history) => {
    const again = event('paid1', [requiring('Paid', ['created'], 'run')], history);
    expect(plan([again])).toMatchObject({ parked: [], wakeAt: at(5), stoppedAt: 'paid1' });
  });

  it('does not wait for its own type, which a pattern may take along', () => {
    expect(plan([event('created1', [PAID])]).turns).toEqual([run('created1', 'Paid')]);
  });

  it('begins to wait while another one is parked before it, unless it is in hand', () => {
    const events = [
      event('paid1', [PAID]),
      event('paid2', [PAID]),
      event('paid3', [PAID], { heldUntil: at(30) }),
    ];
    expect(plan(events)).toMatchObject({
      ...{
        turns: [],
        parked: [parkedPaid('paid1'), parkedPaid('paid2')],
        wakeAt: at(WITHIN_S),
        stoppedAt: null,
      },
    });
  });

  it('waits for what it requires while a worker has that in hand', () => {
    const events = [event('paid1', [PAID]), event('created1', [H], { heldUntil: at(30) }), event('created2')];
    expect(plan(events)).toMatchObject({ turns: [], wakeAt: at(30), stoppedAt: 'created1' });
  });

  it('leaves its other handlers to run', () => {
    expect(plan([event('paid1', [PAID, H]), event('paid2', [PAID, H])])).toMatchObject({
      ...{ turns: [run('paid1', 'H')], parked: [parkedPaid('paid1'), parkedPaid('paid2')], stoppedAt: null },
    });
  });

  it('wakes the lane at the earliest deadline', () => {
    const parked = event('paid1', [PAID, requiring('Other', ['created'])], {
      holds: [hold('Paid', 'PREREQUISITE', at(50)), hold('Other', 'PREREQUISITE', at(40))],
    });
    expect(plan([parked]).wakeAt).toEqual(at(40));
  });
});

describe('a handler that supersedes', () => {
  const STATE = rule('State', { supersede: true });
  const applied = (newest: number): { applied: Map<string, number> } => ({
    applied: new Map([['State', newest]]),
  });

  it('passes over what is older than what it has applied, and over nothing else', () => {
    const one = event('a1', [STATE, H], { position: 10 });
    const verdicts = (newest: number): unknown => plan([one], applied(newest)).turns;
    expect(verdicts(11)).toEqual([['a1', { State: 'SUPERSEDED', H: 'RUN' }]]);
    expect(verdicts(10)).toEqual([run('a1', 'State', 'H')]);
    expect(verdicts(9)).toEqual([run('a1', 'State', 'H')]);
  });

  it('passes over what waits for a prerequisite or its next attempt', () => {
    const parked = event('a1', [{ ...PAID, supersede: true }], {
      ...{ position: 10, holds: [hold('Paid', 'PREREQUISITE', at(50))] },
    });
    expect(plan([parked], { applied: new Map([['Paid', 11]]) }).turns).toEqual([
      ['a1', { Paid: 'SUPERSEDED' }],
    ]);
    const waiting = event('a1', [STATE], { position: 10, attempts: [tried('State', 'ERRORED', at(9))] });
    expect(plan([waiting], applied(11)).turns).toEqual([['a1', { State: 'SUPERSEDED' }]]);
  });
});
