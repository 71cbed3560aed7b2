import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ClaimedEvent, LeaseLostError } from '../../../src/processing/domain/claimed-event.js';
import type { Hold } from '../../../src/processing/domain/hold.js';
import type { Lane } from '../../../src/processing/domain/lane.js';
import { settlement as settle } from '../../../src/processing/domain/settlement.js';
import { databaseKinds } from '../../support/databases.js';
import { createdIsPlain, idsOf, lanesOn, MANY, rulesOf, WITHIN_MS } from '../../support/lanes.js';
import { attemptAt, successAt, type TestStores, type WorkerStores } from '../../support/stores.js';

describe.each(databaseKinds)('lanes on $name', (kind) => {
  const { scene, accept, claimed, waitsForTurn, enter, turns, done, laneRow, eventRow } = lanesOn(kind);
  let stores: TestStores;
  let dataSource: DataSource;
  let mine: WorkerStores;
  let theirs: WorkerStores;
  let lane: Lane;

  beforeEach(() => {
    ({ stores, mine, theirs, lane } = scene());
    ({ dataSource } = stores);
  });

  const holdsOf = (id: string): Promise<{ handler: string; reason: string; waits_for: string }[]> =>
    dataSource.query('SELECT handler, reason, waits_for FROM holds WHERE event_id = ? ORDER BY handler', [
      id,
    ]);

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
});
