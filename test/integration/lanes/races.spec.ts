import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lane } from '../../../src/processing/domain/lane.js';
import { settlement as settle } from '../../../src/processing/domain/settlement.js';
import { leaveLanes, lockLanes } from '../../../src/processing/infrastructure/lanes/lane-rows.js';
import { databaseKinds } from '../../support/databases.js';
import { createdIsPlain, HANDLERS, idsOf, laneNamed, lanesOn, MANY } from '../../support/lanes.js';
import { lockWait } from '../../support/lock-wait.js';
import type { TestStores, WorkerStores } from '../../support/stores.js';

describe.each(databaseKinds)('lanes on $name', (kind) => {
  const { scene, accept, claimed, enter, turns, done, laneRow } = lanesOn(kind);
  let stores: TestStores;
  let dataSource: DataSource;
  let mine: WorkerStores;
  let theirs: WorkerStores;
  let lane: Lane;

  beforeEach(() => {
    ({ stores, mine, theirs, lane } = scene());
    ({ dataSource } = stores);
  });

  describe('at the same moment', () => {
    const somebodyWaits = (): Promise<void> => lockWait(stores.database, dataSource);

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
        Array.from({ length: 32 }, (_, index) => laneNamed(`${prefix} ${lane.orderingKey} ${index}`));
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
          Array.from({ length: 64 }, (_, n) =>
            accept('noted', n, { orderingKey: `other ${lane.orderingKey} ${n}` }),
          ),
        );
        const there = await stores.database.open();
        for (const id of others)
          await there.session.run('UPDATE events SET unhandled = 1 WHERE id = ?', [id]);
        const own = Array.from({ length: many }, (_, n) => laneNamed(`own ${lane.orderingKey} ${n}`));
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
});
