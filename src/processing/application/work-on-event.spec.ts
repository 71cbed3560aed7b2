import { beforeEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../domain/attempt.js';
import type { ClaimedEvent } from '../domain/claimed-event.js';
import type { Hold, HoldReason } from '../domain/hold.js';
import { laneOf } from '../domain/lane.js';
import type { KnownAttempt } from '../domain/operations.js';
import type { Verdict } from '../domain/turn-planner.js';
import type { Gates } from './gates/gates.js';
import { handlerRules } from './handlers/handler-options.js';
import type { HandlerRegistry, RegisteredHandler } from './handlers/handler-registry.js';
import type { FinishedAttempt, RunOperation, WithSuccess } from './run-operation.js';
import { type Work, WorkOnEvent } from './work-on-event.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const LANE = laneOf({ source: 's', orderingKey: 'k' });
const JSON_BODY = Buffer.from('{}');
const RUN: Verdict = { kind: 'RUN' };

function handler(name: string, options: object = {}): RegisteredHandler {
  const all = { provider: 'p', types: ['*'], ...options };
  return { ...handlerRules(name, all), ...all, payload: null, transaction: true, handler: {} as never };
}

const PLAIN = handler('Plain');
const SERIAL = handler('Serial', { ordering: 'serial' });
const STATE = handler('State', { supersede: true });

function claimed(
  change: Partial<ClaimedEvent> & { orderingKey?: string | null; headers?: Record<string, string> } = {},
): ClaimedEvent {
  const { orderingKey = 'k', headers = {}, ...rest } = change;
  const event = {
    id: 'e',
    source: 's',
    provider: 'p',
    type: 't',
    orderingKey,
    headers,
  } as ClaimedEvent['event'];
  return { event, body: null, position: 7, run: 0, claims: 1, attempts: [], holds: [], ...rest };
}

function tried(name: string, outcome: Attempt['outcome'], retryAt: Date | null = null): KnownAttempt {
  return { handler: name, attempt: 1, outcome, retryAt };
}

function hold(name: string, reason: HoldReason, dueAt: Date | null): Hold {
  return { eventId: 'e', handler: name, reason, waitsFor: 'it', since: NOW, deadline: null, dueAt };
}

function made(name: string, change: Partial<Attempt> = {}): Attempt {
  return {
    ...{
      eventId: 'e',
      run: 0,
      handler: name,
      attempt: 1,
      outcome: 'SUCCEEDED',
      startedAt: NOW,
      durationMs: 0,
    },
    ...{ result: null, error: null, retryAt: null },
    ...change,
  };
}

describe('WorkOnEvent', () => {
  let handlers: RegisteredHandler[];
  let awaited: boolean;
  let ran: Record<string, WithSuccess>;
  let outcomes: Record<string, FinishedAttempt | Hold | null>;
  let workOnEvent: WorkOnEvent;

  beforeEach(() => {
    handlers = [PLAIN, SERIAL];
    awaited = false;
    ran = {};
    outcomes = {};
    const runOperation: Pick<RunOperation, 'execute'> = {
      execute: ({ name }, _, __, withSuccess) => {
        ran[name] = withSuccess;
        const usual: FinishedAttempt = { attempt: made(name), recorded: false };
        return Promise.resolve(name in outcomes ? (outcomes[name] ?? null) : usual);
      },
    };
    workOnEvent = new WorkOnEvent(
      { for: () => handlers, isAwaited: () => awaited } as unknown as HandlerRegistry,
      runOperation as RunOperation,
      { pass: (_: unknown, __: unknown, run: () => unknown) => run() } as unknown as Gates,
      { now: () => NOW },
    );
  });

  const work = (
    event: ClaimedEvent,
    verdicts: Record<string, Verdict> | null = null,
    body = JSON_BODY,
  ): Promise<Work> =>
    workOnEvent.execute(
      event,
      body,
      verdicts && { verdicts: new Map(Object.entries(verdicts)), isAlone: false },
    );

  describe('an event that was due', () => {
    it('has its plain handlers run, and goes to its lane with the others', async () => {
      const { settlement, endsTurn } = await work(claimed());
      expect(Object.keys(ran)).toEqual(['Plain']);
      expect(settlement).toMatchObject({
        status: 'RECEIVED',
        dueAt: null,
        entersLane: LANE,
        hasWorked: true,
      });
      expect(endsTurn).toBe(false);
    });

    it('does not count as worked on where it only goes to its lane', async () => {
      const before = claimed({ attempts: [tried('Plain', 'SUCCEEDED')], claims: 5 });
      const { settlement } = await work(before);
      expect(ran).toEqual({});
      expect(settlement).toMatchObject({
        status: 'RECEIVED',
        dueAt: null,
        entersLane: LANE,
        hasWorked: false,
      });
    });

    it('is due when a plain handler is, while the others wait for their turn', async () => {
      outcomes['Plain'] = { attempt: made('Plain', { outcome: 'ERRORED', retryAt: at(9) }), recorded: false };
      expect((await work(claimed())).settlement).toMatchObject({ dueAt: at(9), entersLane: LANE });
    });

    it('does not have a plain handler run before its time because a serial one was due', async () => {
      const { settlement } = await work(claimed({ attempts: [tried('Plain', 'ERRORED', at(3600))] }));
      expect(ran).toEqual({});
      expect(settlement).toMatchObject({ dueAt: at(3600), entersLane: LANE });
    });

    it('has all handlers run where it has no ordering key', async () => {
      const { settlement } = await work(claimed({ orderingKey: null }));
      expect(Object.keys(ran)).toEqual(['Plain', 'Serial']);
      expect(settlement).toMatchObject({ status: 'PROCESSED', entersLane: null });
    });

    it('takes its lane along when it is done and others may have waited for it', async () => {
      handlers = [PLAIN];
      expect((await work(claimed())).settlement).toMatchObject({ status: 'PROCESSED', entersLane: null });
      awaited = true;
      expect((await work(claimed())).settlement).toMatchObject({ status: 'PROCESSED', entersLane: LANE });
      outcomes['Plain'] = { attempt: made('Plain', { outcome: 'REJECTED' }), recorded: false };
      expect((await work(claimed())).settlement).toMatchObject({ status: 'FAILED', entersLane: null });
    });

    it.each([
      [
        'that is neither JSON nor a form',
        { body: Buffer.from('{'), claims: 1 },
        { status: 'FAILED', malformed: true },
      ],
      ['that kills its workers', { body: JSON_BODY, claims: 11 }, { status: 'FAILED', malformed: false }],
    ])(
      '%s fails without a run, and whoever waited behind it is looked after',
      async (_, { body, claims }, then) => {
        expect((await work(claimed({ claims }), null, body)).settlement).toMatchObject({
          ...then,
          entersLane: LANE,
        });
        const inTurn = await work(claimed({ claims }), { Serial: RUN }, body);
        expect(inTurn).toMatchObject({ settlement: { ...then, entersLane: null }, endsTurn: true });
        expect(ran).toEqual({});
      },
    );

    it('has its handlers run on the fields of a form', async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      await work(claimed({ headers }), null, Buffer.from('CallStatus=completed'));
      expect(Object.keys(ran)).toEqual(['Plain']);
    });

    it('is worked on a tenth time', async () => {
      await work(claimed({ claims: 10 }));
      expect(Object.keys(ran)).toEqual(['Plain']);
    });

    it('wakes the lane also where nobody handles it, if it is awaited', async () => {
      handlers = [];
      const unhandled = { status: 'PROCESSED', unhandled: true };
      expect((await work(claimed())).settlement).toMatchObject({ ...unhandled, entersLane: null });
      awaited = true;
      expect((await work(claimed())).settlement).toMatchObject({ ...unhandled, entersLane: LANE });
    });
  });

  describe('an event whose turn has come', () => {
    it('has run what the verdict says, and its plain handlers where they are due', async () => {
      handlers = [PLAIN, SERIAL, STATE];
      const { settlement, endsTurn } = await work(claimed(), { Serial: RUN });
      expect(Object.keys(ran).toSorted()).toEqual(['Plain', 'Serial']);
      expect(settlement).toMatchObject({ status: 'RECEIVED', dueAt: null, entersLane: null });
      expect(endsTurn).toBe(false);
    });

    it('leaves the lane when no serial handler has anything left to do, however that ended', async () => {
      outcomes['Plain'] = { attempt: made('Plain', { outcome: 'ERRORED', retryAt: at(9) }), recorded: false };
      expect(await work(claimed(), { Serial: RUN })).toMatchObject({
        ...{ endsTurn: true, settlement: { status: 'RECEIVED', dueAt: at(9) } },
      });
      outcomes['Serial'] = { attempt: made('Serial', { outcome: 'REJECTED' }), recorded: false };
      expect((await work(claimed(), { Serial: RUN })).endsTurn).toBe(true);
      outcomes['Serial'] = {
        attempt: made('Serial', { outcome: 'ERRORED', retryAt: at(3) }),
        recorded: false,
      };
      expect(await work(claimed(), { Serial: RUN })).toMatchObject({
        ...{ endsTurn: false, settlement: { dueAt: at(3) } },
      });
    });

    it('stays in its lane when nobody knows whether it was committed', async () => {
      handlers = [SERIAL];
      outcomes['Serial'] = null;
      expect(await work(claimed(), { Serial: RUN })).toMatchObject({
        ...{ endsTurn: false, settlement: { status: 'RECEIVED', dueAt: null, attempts: [] } },
      });
    });

    it('has what was passed over recorded as attempts that were not made', async () => {
      handlers = [STATE, SERIAL];
      const why = {
        State: { kind: 'SUPERSEDED', why: 'older' },
        Serial: { kind: 'EXPIRED', why: 'late' },
      } as const;
      const { settlement, endsTurn } = await work(claimed(), why);
      expect(ran).toEqual({});
      expect(settlement).toMatchObject({ status: 'FAILED', error: 'late', applied: [], hasWorked: true });
      expect(settlement.attempts).toMatchObject([
        { handler: 'State', outcome: 'SUPERSEDED', attempt: 1, retryAt: null },
        { handler: 'Serial', outcome: 'EXPIRED', attempt: 1, retryAt: null },
      ]);
      expect(endsTurn).toBe(true);
    });

    it('loses the holds of what was dealt with, and keeps the others', async () => {
      const holds = [hold('Serial', 'PREREQUISITE', at(5)), hold('State', 'PREREQUISITE', at(8))];
      handlers = [SERIAL, STATE];
      const { settlement } = await work(claimed({ holds }), { Serial: RUN });
      expect(settlement).toMatchObject({ status: 'RECEIVED', dueAt: at(8), holds: [holds[1]] });
      const later = hold('Serial', 'LATER', at(2));
      outcomes['Serial'] = later;
      expect((await work(claimed({ holds }), { Serial: RUN })).settlement).toMatchObject({
        ...{ dueAt: at(2), holds: [holds[1], later], attempts: [] },
      });
    });

    it('tells how far a handler that supersedes has come, where no transaction has', async () => {
      handlers = [STATE];
      const applied = [{ laneId: LANE?.id, handler: 'State', position: 7 }];
      expect((await work(claimed(), { State: RUN })).settlement.applied).toEqual(applied);
      expect(ran['State']?.applied).toEqual(applied);
      outcomes['State'] = { attempt: made('State'), recorded: 'ATTEMPT' };
      expect((await work(claimed(), { State: RUN })).settlement).toMatchObject({ applied: [], attempts: [] });
      outcomes['State'] = { attempt: made('State', { outcome: 'ERRORED', retryAt: at(1) }), recorded: false };
      expect((await work(claimed(), { State: RUN })).settlement.applied).toEqual([]);
    });
  });

  describe("the commit of a handler's transaction", () => {
    const ends = (name: string): unknown => ran[name]?.endsEvent;

    it('ends the event where nothing else is left of it', async () => {
      handlers = [PLAIN];
      await work(claimed());
      expect(ends('Plain')).toEqual({ hasHolds: false });
      handlers = [PLAIN, SERIAL];
      const attempts = [tried('Plain', 'SUCCEEDED')];
      await work(claimed({ attempts, holds: [hold('Serial', 'LATER', at(0))] }), { Serial: RUN });
      expect(ends('Serial')).toEqual({ hasHolds: true });
    });

    it('does not end it while another operation is open, or has failed', async () => {
      await work(claimed());
      expect(ends('Plain')).toBeNull();
      await work(claimed({ attempts: [tried('Plain', 'REJECTED')] }), { Serial: RUN });
      expect(ends('Serial')).toBeNull();
    });

    it('does not end it where others may have waited, unless the lane is gone on with anyway', async () => {
      awaited = true;
      handlers = [PLAIN];
      await work(claimed());
      expect(ends('Plain')).toBeNull();
      handlers = [SERIAL];
      await work(claimed(), { Serial: RUN });
      expect(ends('Serial')).toEqual({ hasHolds: false });
      handlers = [PLAIN];
      await work(claimed({ orderingKey: null }));
      expect(ends('Plain')).toEqual({ hasHolds: false });
    });
  });
});
