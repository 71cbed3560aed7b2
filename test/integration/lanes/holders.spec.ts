import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lane } from '../../../src/processing/domain/lane.js';
import { settlement as settle } from '../../../src/processing/domain/settlement.js';
import { databaseKinds } from '../../support/databases.js';
import { idsOf, laneNamed, lanesOn, ONE } from '../../support/lanes.js';
import { successAt, type TestStores, type WorkerStores } from '../../support/stores.js';

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
});
