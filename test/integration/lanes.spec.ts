import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingEvent } from '../../src/ingestion/domain/incoming-event.js';
import { type ClaimedEvent, LeaseLostError } from '../../src/processing/domain/claimed-event.js';
import type { HandlerRules } from '../../src/processing/domain/handler-rules.js';
import type { Hold } from '../../src/processing/domain/hold.js';
import { type Lane, laneOf } from '../../src/processing/domain/lane.js';
import {
  type Settled,
  type Settlement,
  settlement as settle,
} from '../../src/processing/domain/settlement.js';
import type { ClaimedTurn, RulesOf } from '../../src/processing/infrastructure/lanes/turn-store.js';
import { leaveLanes, lockLanes } from '../../src/processing/infrastructure/lanes/lane-rows.js';
import { databaseKinds } from '../support/databases.js';
import {
  attemptAt,
  incoming,
  openStores,
  successAt,
  type TestStores,
  type WorkerStores,
} from '../support/stores.js';

const WITHIN_MS = 60_000;
const ONE = { most: 1, takesSuspects: false };
const MANY = { most: 64, takesSuspects: false };

function rule(name: string, change: Partial<HandlerRules> = {}): HandlerRules {
  return {
    name,
    retry: { attempts: 3, backoffMs: 1000 },
    ...{ timeoutMs: 1000, laterWithinMs: 1000, serial: true, requires: null, supersede: false },
    ...{ concurrency: null, ratePerSecond: null, breaker: null },
    ...change,
  };
}

const HANDLERS: Readonly<Record<string, readonly HandlerRules[]>> = {
  noted: [rule('Noted')],
  created: [rule('Created')],
  state: [rule('State', { supersede: true })],
  paid: [rule('Paid', { requires: { types: ['created'], withinMs: WITHIN_MS, whenMissing: 'fail' } })],
  plain: [],
};
const rulesOf: RulesOf = ({ type }) => HANDLERS[type] ?? null;
const createdIsPlain: RulesOf = (event) => (event.type === 'created' ? [] : rulesOf(event));

describe.each(databaseKinds)('lanes on $name', (kind) => {
  let stores: TestStores;
  let dataSource: DataSource;
  let mine: WorkerStores;
  let theirs: WorkerStores;
  let lanes = 0;
  let lane: Lane;

  beforeAll(async () => {
    stores = await openStores(kind);
    ({ dataSource } = stores);
    mine = stores.worker();
    theirs = stores.worker();
  });

  afterAll(async () => {
    await stores.stop();
  });

  beforeEach(() => {
    lane = laneNamed(`lane ${(lanes += 1)}`);
    // What an earlier test has left in somebody's hands.
    stores.clock.time += 10 * stores.config.LEASE_MS;
  });

  function laneNamed(orderingKey: string): Lane {
    const named = laneOf({ source: 'store', orderingKey });
    if (!named) throw new Error('no lane');
    return named;
  }

  /** Accepts an event of the lane. */
  async function accept(
    type: string,
    position: number,
    change: Partial<IncomingEvent> = {},
  ): Promise<string> {
    const { orderingKey } = lane;
    const event = incoming(stores.clock, { type, position, orderingKey, ...change });
    await stores.events.accept(event);
    return event.id;
  }

  const waitsForTurn = (id: string, change: Partial<Settlement> = {}): Settlement =>
    settle(id, 'RECEIVED', { entersLane: lane, hasWorked: false, ...change });

  /** Has an event claimed as the queue delivers it, and settled as one that waits for its turn. */
  async function enter(id: string, worker: WorkerStores = mine): Promise<Settled> {
    expect(await worker.claims.claim(id)).not.toBeNull();
    return worker.settlements.settle(waitsForTurn(id));
  }

  async function turns(worker: WorkerStores, wanted = MANY, of = lane): Promise<readonly ClaimedTurn[]> {
    return (await worker.turns.takeTurns(of, rulesOf, wanted)).turns;
  }

  const idsOf = (taken: readonly ClaimedTurn[]): string[] => taken.map(({ claimed }) => claimed.event.id);

  /** A turn's event is done: PROCESSED, by the handler named. */
  const done = (
    worker: WorkerStores,
    id: string,
    handler: string,
    change: Partial<Settlement> = {},
  ): Promise<Settled> =>
    worker.settlements.settle(
      settle(id, 'PROCESSED', { attempts: [attemptAt(stores.clock, id, { handler })], ...change }),
    );

  const laneRow = async (of = lane): Promise<{ holder: string | null; due: unknown } | undefined> => {
    const rows = await dataSource.query<{ holder: string | null; due: unknown }[]>(
      'SELECT holder, due_at AS due FROM lanes WHERE id = ?',
      [of.id],
    );
    return rows[0];
  };

  interface EventRow {
    readonly status: string;
    readonly holder: string | null;
    readonly claims: number;
    readonly dueIn: number | null;
  }

  /** An event's row, its time as milliseconds from now. */
  async function eventRow(id: string): Promise<EventRow | undefined> {
    const rows = await dataSource.query<(EventRow & { due: string | Date | null })[]>(
      'SELECT status, holder, claims, due_at AS due FROM events WHERE id = ?',
      [id],
    );
    return rows.map(({ due, status, holder, claims }) => ({
      ...{ status, holder, claims },
      dueIn: due === null ? null : timeOf(due) - stores.clock.time,
    }))[0];
  }

  const timeOf = (value: string | Date): number =>
    value instanceof Date ? value.getTime() : Date.parse(`${value.replace(' ', 'T')}Z`);

  const holdsOf = (id: string): Promise<{ handler: string; reason: string; waits_for: string }[]> =>
    dataSource.query('SELECT handler, reason, waits_for FROM holds WHERE event_id = ? ORDER BY handler', [
      id,
    ]);

  describe('who has one', () => {
    it('is the worker whose event needs it first, and nobody else until it is given up', async () => {
      const [first, second] = [await accept('noted', 1), await accept('noted', 2)];
      expect(await enter(first)).toEqual({ ours: true, lane });
      expect(await enter(second, theirs)).toEqual({ ours: true, lane: null });
      expect(await turns(theirs)).toEqual([]);
      expect(idsOf(await turns(mine, ONE))).toEqual([first]);
      await done(mine, first, 'Noted');
      expect(idsOf(await turns(mine))).toEqual([second]);
      await done(mine, second, 'Noted');
      expect(await turns(mine)).toEqual([]);
      expect(await laneRow()).toBeUndefined();
      const third = await accept('noted', 3);
      expect(await enter(third, theirs)).toEqual({ ours: true, lane });
      expect(await turns(mine)).toEqual([]);
      expect(idsOf(await turns(theirs))).toEqual([third]);
    });

    it('is given to one of several events that are settled together', async () => {
      const ids = await Promise.all([1, 2, 3].map((position) => accept('noted', position)));
      await Promise.all(ids.map((id) => mine.claims.claim(id)));
      const settled = await Promise.all(ids.map((id) => mine.settlements.settle(waitsForTurn(id))));
      expect(settled.filter((one) => one.lane !== null)).toHaveLength(1);
      expect(idsOf(await turns(mine))).toEqual(ids);
    });

    it('is taken from one who has died, when its lease is over', async () => {
      const id = await accept('noted', 1);
      await enter(id);
      expect(idsOf(await turns(mine))).toEqual([id]);
      stores.clock.time += stores.config.LEASE_MS - 1;
      expect(await theirs.lanes.takeDue(100)).not.toContainEqual(lane);
      stores.clock.time += 1;
      expect(await theirs.lanes.takeDue(100)).toContainEqual(lane);
      expect(await mine.lanes.takeDue(100)).not.toContainEqual(lane);
      const [turn] = await turns(theirs);
      expect(turn?.claimed).toMatchObject({ event: { id }, claims: 2 });
      // He was not dead: nothing that he says counts.
      expect(await done(mine, id, 'Noted')).toEqual({ ours: false, lane: null });
      expect(await turns(mine)).toEqual([]);
      expect(await done(theirs, id, 'Noted')).toMatchObject({ ours: true });
    });

    it('is taken from one who has died by the next event as well', async () => {
      await enter(await accept('noted', 1));
      await turns(mine);
      stores.clock.time += stores.config.LEASE_MS;
      expect(await enter(await accept('noted', 2), theirs)).toMatchObject({ lane });
    });

    it('passes on what a handler had recorded of an event when its worker died', async () => {
      const id = await accept('noted', 1);
      await claimed(id);
      expect(await mine.entrance.enter({ eventId: id, lane, goesAlone: true })).toBe('ALONE');
      const open = await stores.database.open();
      await mine.settlements.recordInTransaction(open, successAt(stores.clock, id, { handler: 'Noted' }));
      await open.commit();
      stores.clock.time += stores.config.LEASE_MS;
      expect(await theirs.lanes.takeDue(100)).toContainEqual(lane);
      // It has nothing to run any more: it is due, to be settled.
      expect(idsOf(await turns(theirs))).toEqual([]);
      expect((await eventRow(id))?.dueIn).toBe(0);
      expect(await theirs.claims.claim(id)).toMatchObject({
        attempts: [{ handler: 'Noted', outcome: 'SUCCEEDED' }],
      });
    });

    it('stays the same while its lease is renewed, and what is claimed in it has no longer one', async () => {
      const id = await accept('noted', 1);
      await enter(id);
      stores.clock.time += stores.config.LEASE_MS - 5;
      await turns(mine);
      expect((await eventRow(id))?.dueIn).toBe(5);
      await mine.lanes.renew([lane.id], mine.lease.end());
      await theirs.lanes.renew([lane.id], '2000-01-01 00:00:00.000');
      stores.clock.time += stores.config.LEASE_MS - 1;
      expect(await theirs.lanes.takeDue(100)).not.toContainEqual(lane);
    });

    it('may go on with it though the lease has run out, if nobody has noticed', async () => {
      const id = await accept('noted', 1);
      await enter(id);
      stores.clock.time += stores.config.LEASE_MS;
      expect(idsOf(await turns(mine))).toEqual([id]);
      expect((await eventRow(id))?.dueIn).toBe(stores.config.LEASE_MS);
      expect(await theirs.lanes.takeDue(100)).not.toContainEqual(lane);
    });

    it('can hand it back, for any other to take at once', async () => {
      const id = await accept('noted', 1);
      await enter(id);
      await theirs.lanes.handBack([lane.id]);
      expect(await theirs.lanes.takeDue(100)).not.toContainEqual(lane);
      await mine.lanes.handBack([lane.id]);
      expect(await theirs.lanes.takeDue(100)).toContainEqual(lane);
    });

    it('is nobody after a restart, where there is one process', async () => {
      await enter(await accept('noted', 1));
      await theirs.lanes.recover();
      const taken = await theirs.lanes.takeDue(100);
      if (stores.database.exclusive) expect(taken).toContainEqual(lane);
      else expect(taken).not.toContainEqual(lane);
    });
  });

  describe('a turn', () => {
    it('comes by position, and by arrival among those of one', async () => {
      const [late, a, b, early] = [
        await accept('noted', 9),
        await accept('noted', 5),
        await accept('noted', 5),
        await accept('noted', -3),
      ];
      await enter(late);
      expect(idsOf(await turns(mine))).toEqual([early, a, b, late]);
    });

    it('finds its place among more events than are looked at together', async () => {
      const events: { place: number; id: string }[] = [];
      // The later, the earlier; two or three of one position, across the ends of pages.
      for (let n = 160; n > 0; n -= 1) {
        const place = Math.floor(n / 2.5);
        events.push({ place, id: await accept('noted', place) });
      }
      await enter(events[0]?.id ?? '');
      const taken = idsOf(await turns(mine, { ...MANY, most: 200 }));
      const inOrder = events.toSorted((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1));
      expect(taken).toEqual(inOrder.map(({ id }) => id));
    });

    it('takes an event that the queue has yet to deliver, which comes to nothing then', async () => {
      const [first, second] = [await accept('noted', 1), await accept('noted', 2)];
      await enter(second);
      // The same moment, by the clock: what was claimed in the lane must not be taken for just claimed.
      expect(idsOf(await turns(mine))).toEqual([first, second]);
      expect(await mine.claims.claim(first)).toBeNull();
      expect(await theirs.claims.claim(first)).toBeNull();
    });

    it('waits for an event that another worker has in hand, which brings the lane along', async () => {
      const [first, second] = [await accept('noted', 1), await accept('noted', 2)];
      await theirs.claims.claim(first);
      await enter(second);
      expect(await turns(mine)).toEqual([]);
      expect(await laneRow()).toMatchObject({ holder: null });
      expect(await theirs.settlements.settle(waitsForTurn(first))).toEqual({ ours: true, lane });
      expect(idsOf(await turns(theirs))).toEqual([first, second]);
    });

    it('is looked for again when that worker must have died, or has left the lane behind', async () => {
      const [first, second] = [await accept('noted', 1), await accept('noted', 2)];
      await theirs.claims.claim(first);
      await enter(second);
      await turns(mine);
      await done(theirs, first, 'Noted');
      expect(await mine.lanes.takeDue(100)).not.toContainEqual(lane);
      stores.clock.time += stores.config.LEASE_MS;
      expect(await mine.lanes.takeDue(100)).toContainEqual(lane);
      expect(idsOf(await turns(mine))).toEqual([second]);
    });

    it('that is put back is as if it had not come, and the event is due', async () => {
      const ids = [await accept('noted', 1), await accept('noted', 2)];
      await enter(ids[0] ?? '');
      await turns(mine);
      expect(await eventRow(ids[1] ?? '')).toMatchObject({ claims: 1, dueIn: stores.config.LEASE_MS });
      await mine.turns.putBack(ids);
      await theirs.turns.putBack(ids);
      for (const id of ids) expect(await eventRow(id)).toMatchObject({ holder: null, claims: 0, dueIn: 0 });
    });

    it('of a suspect is not taken with others', async () => {
      const ids = [await accept('noted', 1), await accept('noted', 2)];
      await enter(ids[0] ?? '');
      await dataSource.query('UPDATE events SET claims = 3 WHERE id = ?', [ids[0]]);
      expect(await mine.turns.takeTurns(lane, rulesOf, MANY)).toEqual({ turns: [], suspectIsNext: true });
      expect(await laneRow()).toMatchObject({ holder: mine.lease.holder });
      const { turns: taken } = await mine.turns.takeTurns(lane, rulesOf, { most: 1, takesSuspects: true });
      expect(taken.map(({ claimed }) => claimed.claims)).toEqual([4]);
    });

    it('is left to others where the provider is unknown', async () => {
      await enter(await accept('of another provider', 1));
      expect(await turns(mine)).toEqual([]);
      expect(await laneRow()).toMatchObject({ holder: null });
      stores.clock.time += 10_000;
      expect(await mine.lanes.takeDue(100)).toContainEqual(lane);
    });
  });

  it('makes an event due that no serial handler takes any more, and is deleted', async () => {
    const id = await accept('plain', 1);
    await enter(id);
    expect(await eventRow(id)).toMatchObject({ holder: null, dueIn: null });
    expect(await turns(mine)).toEqual([]);
    expect(await eventRow(id)).toMatchObject({ holder: null, dueIn: 0 });
    expect(await laneRow()).toBeUndefined();
  });

  describe('an event that requires another', () => {
    it('is parked, seen to be so, and run once that is processed', async () => {
      const paid = await accept('paid', 1);
      await enter(paid);
      expect(await turns(mine)).toEqual([]);
      expect(await holdsOf(paid)).toEqual([
        { handler: 'Paid', reason: 'PREREQUISITE', waits_for: 'created' },
      ]);
      expect(await eventRow(paid)).toMatchObject({ holder: null, dueIn: WITHIN_MS });
      const created = await accept('created', 2);
      expect(await enter(created, theirs)).toMatchObject({ lane });
      expect(idsOf(await turns(theirs))).toEqual([created]);
      await done(theirs, created, 'Created');
      const [turn] = await turns(theirs);
      expect(turn?.claimed).toMatchObject({ event: { id: paid }, holds: [{ reason: 'PREREQUISITE' }] });
      await done(theirs, paid, 'Paid', { holds: [] });
      expect(await holdsOf(paid)).toEqual([]);
    });

    it('finds what passes among more parked ones than are looked at together', async () => {
      const ids = await Promise.all(Array.from({ length: 150 }, (_, n) => accept('paid', n)));
      await enter(ids[0] ?? '');
      expect(await turns(mine)).toEqual([]);
      // What the queue has is delivered after that, and stays parked.
      for (const id of ids.slice(1)) {
        const { holds } = (await mine.claims.claim(id)) as ClaimedEvent;
        await mine.settlements.settle(
          waitsForTurn(id, { holds, dueAt: holds[0]?.dueAt ?? null, entersLane: null }),
        );
      }
      const late = await accept('paid', 500);
      await enter(late);
      expect(await turns(mine)).toEqual([]);
      expect(await holdsOf(late)).toMatchObject([{ reason: 'PREREQUISITE' }]);
      const created = await claimed(await accept('created', 600));
      const retryAt = stores.clock.in(5000);
      const failed = attemptAt(stores.clock, created, { handler: 'Created', outcome: 'ERRORED', retryAt });
      await mine.settlements.settle(
        waitsForTurn(created, { attempts: [failed], dueAt: retryAt, hasWorked: true }),
      );
      expect(await turns(mine)).toEqual([]);
      stores.clock.time += 5000;
      expect(await mine.lanes.takeDue(100)).toContainEqual(lane);
      expect(idsOf(await turns(mine))).toEqual([created]);
      await done(mine, created, 'Created', { attempts: [] });
      expect(idsOf(await turns(mine, { ...MANY, most: 200 }))).toEqual([...ids, late]);
    });

    it('does not take a prerequisite of another key, of another source, or one that has failed', async () => {
      await done(mine, await claimed(await accept('created', 1, { source: 'elsewhere' })), 'Created');
      await done(mine, await claimed(await accept('created', 1, { orderingKey: 'another' })), 'Created');
      await mine.settlements.settle(settle(await claimed(await accept('created', 1)), 'FAILED'));
      await enter(await accept('paid', 2));
      expect(await turns(mine)).toEqual([]);
    });

    it('is woken by a prerequisite that has no serial handler', async () => {
      const paid = await accept('paid', 1);
      await enter(paid);
      expect((await mine.turns.takeTurns(lane, createdIsPlain, MANY)).turns).toEqual([]);
      const created = await claimed(await accept('created', 2), theirs);
      expect(await done(theirs, created, 'Plain', { entersLane: lane })).toEqual({ ours: true, lane });
      expect(idsOf((await theirs.turns.takeTurns(lane, createdIsPlain, MANY)).turns)).toEqual([paid]);
    });

    it('is failed at its deadline, for which the lane is due', async () => {
      const paid = await accept('paid', 1);
      await enter(paid);
      await turns(mine);
      stores.clock.time += WITHIN_MS - 1;
      expect(await mine.lanes.takeDue(100)).not.toContainEqual(lane);
      stores.clock.time += 1;
      expect(await mine.lanes.takeDue(100)).toContainEqual(lane);
      const [turn] = await turns(mine);
      expect([...(turn?.verdicts ?? [])]).toMatchObject([['Paid', { kind: 'EXPIRED' }]]);
    });

    it('has a hold beside those of other handlers, and what is said of them later replaces all', async () => {
      const id = await accept('paid', 1);
      const later: Hold = {
        ...{ eventId: id, handler: 'Other', reason: 'LATER', waitsFor: 'a day', since: stores.clock.now() },
        ...{ deadline: null, dueAt: stores.clock.in(5000) },
      };
      await mine.claims.claim(id);
      await mine.settlements.settle(waitsForTurn(id, { holds: [later], dueAt: later.dueAt }));
      await turns(mine);
      expect((await holdsOf(id)).map(({ handler }) => handler)).toEqual(['Other', 'Paid']);
      expect((await eventRow(id))?.dueIn).toBe(5000);
      stores.clock.time += 5000;
      const taken = (await mine.claims.claim(id)) as ClaimedEvent;
      expect(taken.holds.map(({ handler }) => handler).toSorted()).toEqual(['Other', 'Paid']);
      await mine.settlements.settle(
        waitsForTurn(id, { holds: taken.holds.filter(({ handler }) => handler === 'Paid') }),
      );
      expect((await holdsOf(id)).map(({ handler }) => handler)).toEqual(['Paid']);
    });
  });

  it('tells a handler that supersedes how far it has come, whichever way that was recorded', async () => {
    const verdict = async (position: number): Promise<unknown> => {
      await enter(await accept('state', position));
      const [turn] = await turns(mine);
      const id = turn?.claimed.event.id ?? '';
      const kind = turn?.verdicts.get('State')?.kind;
      const applied = kind === 'RUN' ? [{ laneId: lane.id, handler: 'State', position }] : [];
      if (position % 2) await done(mine, id, 'State', { applied });
      else {
        const open = await stores.database.open();
        const success = successAt(stores.clock, id, { handler: 'State' });
        await mine.settlements.recordInTransaction(open, {
          ...success,
          applied,
          endsEvent: { hasHolds: false },
        });
        await open.commit();
      }
      await turns(mine);
      return kind;
    };
    expect(await verdict(5)).toBe('RUN');
    expect(await verdict(3)).toBe('SUPERSEDED');
    expect(await verdict(8)).toBe('RUN');
    expect(await verdict(7)).toBe('SUPERSEDED');
    expect(await verdict(8)).toBe('RUN');
    expect(await verdict(4)).toBe('SUPERSEDED');
    expect(await verdict(2 ** 52)).toBe('RUN');
    // Two that were under way at the same time, after a lease was lost: the newest counts.
    const applied = [{ laneId: lane.id, handler: 'State', position: 1 }];
    await done(mine, await claimed(await accept('plain', 1)), 'State', { applied });
    expect(await verdict(9)).toBe('SUPERSEDED');
  });

  describe('a commit that ends its event', () => {
    const commit = async (worker: WorkerStores, id: string, hasHolds = false): Promise<void> => {
      const open = await stores.database.open();
      try {
        await open.manager.query('INSERT INTO settings (name, value) VALUES (?, ?)', [id, 'effect']);
        const success = successAt(stores.clock, id);
        await worker.settlements.recordInTransaction(open, { ...success, endsEvent: { hasHolds } });
      } catch (error) {
        await open.rollback();
        throw error;
      }
      await open.commit();
    };

    it('takes the effect, the attempt and the status, and its holds away', async () => {
      const paid = await accept('paid', 1);
      await enter(paid);
      await turns(mine);
      await done(mine, await claimed(await accept('created', 2), mine), 'Created', { entersLane: lane });
      expect(idsOf(await turns(mine))).toEqual([paid]);
      await commit(mine, paid, true);
      expect(await eventRow(paid)).toMatchObject({ status: 'PROCESSED', holder: null, dueIn: null });
      expect(await holdsOf(paid)).toEqual([]);
      expect(await mine.settlements.settle(settle(paid, 'PROCESSED'))).toEqual({ ours: false, lane: null });
    });

    it('comes to nothing when the lease was lost meanwhile, in a lane or out of it', async () => {
      const id = await accept('noted', 1);
      await enter(id);
      await turns(mine);
      stores.clock.time += stores.config.LEASE_MS;
      expect(await theirs.lanes.takeDue(100)).toContainEqual(lane);
      await turns(theirs);
      await expect(commit(mine, id)).rejects.toThrow(LeaseLostError);
      await commit(theirs, id);
      expect(await dataSource.query('SELECT value FROM settings WHERE name = ?', [id])).toHaveLength(1);
      expect(await dataSource.query('SELECT * FROM attempts WHERE event_id = ?', [id])).toHaveLength(1);
    });
  });

  describe('a replay of what has not succeeded', () => {
    const replay = (id: string, run: number, scope = 'FAILED'): Promise<unknown> =>
      dataSource.query(
        `UPDATE events SET status = 'RECEIVED', run = ?, replay_scope = ?, has_history = 1, due_at = ?
         WHERE id = ?`,
        [run, scope, '2000-01-01 00:00:00.000', id],
      );

    it('builds on the last success of a handler, and on nothing that came before a failure', async () => {
      const id = await claimed(await accept('noted', 1));
      const attempt = (
        handler: string,
        run: number,
        outcome: 'SUCCEEDED' | 'REJECTED' | 'SUPERSEDED',
        number = 1,
      ) => attemptAt(stores.clock, id, { handler, run, outcome, attempt: number });
      const attempts = [
        attempt('Kept', 0, 'SUCCEEDED'),
        attempt('Passed', 0, 'SUPERSEDED'),
        attempt('Undone', 0, 'SUCCEEDED'),
        attempt('Undone', 1, 'REJECTED'),
        attempt('Mended', 0, 'REJECTED'),
        attempt('Mended', 1, 'SUCCEEDED'),
      ];
      await mine.settlements.settle(settle(id, 'FAILED', { attempts }));
      await replay(id, 2);
      const again = (await mine.claims.claim(id)) as ClaimedEvent;
      expect(again.attempts.map(({ handler, outcome }) => [handler, outcome]).toSorted()).toEqual([
        ['Kept', 'SUCCEEDED'],
        ['Mended', 'SUCCEEDED'],
        ['Passed', 'SUPERSEDED'],
      ]);
      await mine.settlements.settle(settle(id, 'FAILED', { attempts: [attempt('Undone', 2, 'REJECTED')] }));
      await replay(id, 3, 'ALL');
      expect(await mine.claims.claim(id)).toMatchObject({ attempts: [] });
    });

    it('has its turn like any other', async () => {
      const id = await claimed(await accept('noted', 1));
      const refused = attemptAt(stores.clock, id, { handler: 'Noted', outcome: 'REJECTED' });
      await mine.settlements.settle(settle(id, 'FAILED', { attempts: [refused] }));
      await replay(id, 1);
      const second = await accept('noted', 2);
      await enter(second);
      expect(idsOf(await turns(mine))).toEqual([id, second]);
    });
  });

  it('leave the count of abandoned claims as it is where nothing was worked on', async () => {
    const id = await accept('noted', 1);
    await enter(id);
    await turns(mine);
    stores.clock.time += stores.config.LEASE_MS;
    await enter(id, theirs);
    expect(await eventRow(id)).toMatchObject({ claims: 1 });
    await turns(theirs);
    await theirs.settlements.settle(waitsForTurn(id, { hasWorked: true }));
    expect(await eventRow(id)).toMatchObject({ claims: 0 });
  });

  it('deliver a suspect alone', async () => {
    const [innocent, suspect] = [await accept('plain', 1), await accept('plain', 2)];
    await dataSource.query('UPDATE events SET claims = 3 WHERE id = ?', [suspect]);
    const both = await Promise.all([mine.claims.claim(innocent), mine.claims.claim(suspect)]);
    expect(both).toMatchObject([{ claims: 1 }, 'SUSPECT']);
    expect(await eventRow(suspect)).toMatchObject({ holder: 'queue', claims: 3 });
    expect(await theirs.claims.claimAlone(suspect)).toMatchObject({ claims: 4 });
    expect(await mine.claims.claimAlone(suspect)).toBeNull();
  });

  it('are taken by one worker each that are due, the longest first', async () => {
    const due = await Promise.all(
      [1, 2, 3, 4].map(async (n) => {
        const one = laneNamed(`${lane.orderingKey} ${n}`);
        await mine.settlements.settle(
          settle(await claimed(await accept('noted', 1, { orderingKey: one.orderingKey })), 'RECEIVED', {
            entersLane: one,
          }),
        );
        await dataSource.query('UPDATE lanes SET due_at = ? WHERE id = ?', [
          `2000-01-0${5 - n} 00:00:00.000`,
          one.id,
        ]);
        return one;
      }),
    );
    const [both, others] = [await mine.lanes.takeDue(2), await theirs.lanes.takeDue(2)];
    expect(both).toEqual([due[3], due[2]]);
    expect(others).toEqual([due[1], due[0]]);
  });

  describe('at the same moment', () => {
    /**
     * Resolves once a statement waits for a lock; on SQLite whoever comes second waits anyway. InnoDB tells the same as before to whoever
     * asks again within 100 ms.
     */
    async function somebodyWaits(): Promise<void> {
      if (stores.database.exclusive) return;
      await expect
        .poll(
          () =>
            dataSource.query(
              "SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
            ),
          { interval: 150, timeout: 10_000 },
        )
        .not.toEqual([]);
    }

    it('a look into the lane waits for a success that is being settled, and sees it', async () => {
      const [paid, created] = [await accept('paid', 1), await accept('created', 2)];
      await claimed(created, theirs);
      await enter(paid);
      // As a settlement does it.
      const settling = await stores.database.open();
      await settling.session.run('UPDATE lanes SET source = source WHERE id = ?', [lane.id]);
      const looking = turns(mine);
      await somebodyWaits();
      await settling.session.run("UPDATE events SET status = 'PROCESSED', holder = NULL WHERE id = ?", [
        created,
      ]);
      await settling.commit();
      expect(idsOf(await looking)).toContain(paid);
    });

    it.runIf(kind.name !== 'SQLite')('who leaves lanes waits for nobody in other lanes', async () => {
      const { dialect } = stores.database;
      const named = (prefix: string): Lane[] =>
        Array.from({ length: 32 }, (_, index) => laneNamed(`${prefix} ${lanes} ${index}`));
      const [theirLanes, ownLanes] = [named('theirs'), named('own')];
      const [there, here] = [await stores.database.open(), await stores.database.open()];
      await lockLanes(there.session, dialect, theirLanes);
      await lockLanes(here.session, dialect, ownLanes);
      expect(await leaveLanes(here.session, dialect, ownLanes)).toEqual(new Set());
      await here.commit();
      await there.rollback();
    });

    // Of small and of large parts of a table MySQL reads more than it is asked for, each in its own way.
    it.runIf(kind.name !== 'SQLite').each([32, 128])(
      'who works in %i lanes waits for nobody in others',
      async (many) => {
        const others = await Promise.all(
          Array.from({ length: 64 }, (_, n) => accept('noted', n, { orderingKey: `other ${lanes} ${n}` })),
        );
        const there = await stores.database.open();
        for (const id of others)
          await there.session.run('UPDATE events SET unhandled = 1 WHERE id = ?', [id]);
        const own = Array.from({ length: many }, (_, n) => laneNamed(`own ${lanes} ${n}`));
        const ids = await Promise.all(own.map(({ orderingKey }) => accept('noted', 1, { orderingKey })));
        await Promise.all(ids.map((id) => mine.claims.claim(id)));
        const entrances = await Promise.all(
          own.map((one, n) => mine.entrance.enter({ eventId: ids[n] ?? '', lane: one, goesAlone: true })),
        );
        expect(new Set(entrances)).toEqual(new Set(['ALONE']));
        const settled = await Promise.all(
          own.map((one, n) => done(mine, ids[n] ?? '', 'Noted', { leavesLane: one })),
        );
        expect(settled.every(({ ours, lane: kept }) => ours && kept === null)).toBe(true);
        await enter(await accept('noted', 1));
        expect(await turns(mine)).toHaveLength(1);
        await there.rollback();
      },
    );

    it('a settlement waits for a look into the lane, and takes the lane that was given up', async () => {
      const [paid, created] = [await accept('paid', 1), await accept('created', 2)];
      await enter(paid);
      await claimed(created, theirs);
      // Keeps the look from going on, once it has the lane.
      const obstacle = await stores.database.open();
      await obstacle.session.run('UPDATE events SET unhandled = 0 WHERE id = ?', [paid]);
      await obstacle.session.run('UPDATE events SET unhandled = 1 WHERE id = ?', [paid]);
      const looking = mine.turns.takeTurns(lane, createdIsPlain, MANY);
      await somebodyWaits();
      const settling = done(theirs, created, 'Plain', { entersLane: lane });
      await obstacle.rollback();
      expect((await looking).turns).toEqual([]);
      expect(await settling).toEqual({ ours: true, lane });
      expect(idsOf((await theirs.turns.takeTurns(lane, createdIsPlain, MANY)).turns)).toEqual([paid]);
    });
  });

  describe('races', () => {
    /** What a worker does with a lane until there is nothing to do in it; notes each turn's begin and end. */
    async function goThrough(worker: WorkerStores, of: Lane, marks: string[], most = 64): Promise<void> {
      for (;;) {
        const taken = await turns(worker, { most, takesSuspects: false }, of);
        if (taken.length === 0) return;
        for (const { claimed: turn } of taken) {
          const { id, type } = turn.event;
          marks.push(`begin ${type}`);
          const settled = await done(worker, id, HANDLERS[type]?.[0]?.name ?? '', { holds: [] });
          expect(settled.ours).toBe(true);
          marks.push(`end ${type}`);
        }
      }
    }

    /** Both as a worker goes about it: claim, settle, and through the lane where it came along. */
    async function deliver(worker: WorkerStores, id: string, of: Lane, marks: string[]): Promise<void> {
      const taken = await worker.claims.claim(id);
      if (taken === null) return;
      const settled = await worker.settlements.settle(
        settle(id, 'RECEIVED', { entersLane: of, hasWorked: false }),
      );
      if (settled.lane) await goThrough(worker, of, marks);
    }

    it('never lose the wake-up between a parking and the success that it waits for', async () => {
      const rounds = 150;
      await Promise.all(
        Array.from({ length: rounds }, async (_, round) => {
          const of = laneNamed(`${lane.orderingKey} race ${round}`);
          const { orderingKey } = of;
          const [paid, created] = [
            await accept('paid', 1, { orderingKey }),
            await accept('created', 2, { orderingKey }),
          ];
          const marks: string[] = [];
          await Promise.all([deliver(mine, paid, of, marks), deliver(theirs, created, of, marks)]);
          expect([round, marks]).toEqual([round, ['begin created', 'end created', 'begin paid', 'end paid']]);
          expect(await laneRow(of)).toBeUndefined();
        }),
      );
    });

    it('never lose it where the success is that of a plain handler', async () => {
      await Promise.all(
        Array.from({ length: 150 }, async (_, round) => {
          const of = laneNamed(`${lane.orderingKey} plain race ${round}`);
          const { orderingKey } = of;
          const [paid, created] = [
            await accept('paid', 1, { orderingKey }),
            await accept('created', 2, { orderingKey }),
          ];
          const ran: string[] = [];
          const through = async (worker: WorkerStores): Promise<void> => {
            for (;;) {
              const { turns: taken } = await worker.turns.takeTurns(of, createdIsPlain, MANY);
              if (taken.length === 0) return;
              for (const { claimed: turn } of taken) {
                ran.push(turn.event.id);
                await done(worker, turn.event.id, 'Paid', { holds: [] });
              }
            }
          };
          const first = async (): Promise<void> => {
            await mine.claims.claim(paid);
            if ((await mine.settlements.settle(settle(paid, 'RECEIVED', { entersLane: of }))).lane)
              await through(mine);
          };
          const second = async (): Promise<void> => {
            await theirs.claims.claim(created);
            if ((await done(theirs, created, 'Plain', { entersLane: of })).lane) await through(theirs);
          };
          await Promise.all([first(), second()]);
          expect([round, ran]).toEqual([round, [paid]]);
        }),
      );
    });

    it('of four workers for one key leave its events in order, each once, and no two at a time', async () => {
      const workers = [mine, theirs, stores.worker(), stores.worker()];
      const ids = await Promise.all(Array.from({ length: 120 }, (_, n) => accept('noted', n)));
      const marks: string[] = [];
      await Promise.all(ids.map((id, n) => deliver(workers[n % 4] as WorkerStores, id, lane, marks)));
      expect(marks).toEqual(ids.flatMap(() => ['begin noted', 'end noted']));
      const rows = await dataSource.query<{ status: string }[]>(
        'SELECT status FROM events WHERE source = ? AND ordering_key = ?',
        [lane.source, lane.orderingKey],
      );
      expect(rows).toHaveLength(120);
      expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['PROCESSED']));
      expect(await laneRow()).toBeUndefined();
    });
  });

  async function claimed(id: string, worker: WorkerStores = mine): Promise<string> {
    expect(await worker.claims.claim(id)).not.toBeNull();
    return id;
  }
});
