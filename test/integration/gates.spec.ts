import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClosedGate, GatedOperation } from '../../src/processing/domain/gate.js';
import type { LimitedGate } from '../../src/processing/domain/limit.js';
import { settlement } from '../../src/processing/domain/settlement.js';
import { BreakerStore } from '../../src/processing/infrastructure/gates/breaker-store.js';
import { HeldStore, type LetIn } from '../../src/processing/infrastructure/gates/held-store.js';
import { lockGates, SECOND_MS } from '../../src/processing/infrastructure/gates/permit-rows.js';
import { PermitStore } from '../../src/processing/infrastructure/gates/permit-store.js';
import { SteeringStore } from '../../src/processing/infrastructure/gates/steering-store.js';
import { databaseKinds } from '../support/databases.js';
import { incoming, openStores, type TestStores, type WorkerStores } from '../support/stores.js';

interface Worker extends WorkerStores {
  readonly permits: PermitStore;
  readonly held: HeldStore;
}

const limited = (
  name: string,
  concurrency: number | null,
  ratePerSecond: number | null = null,
): LimitedGate => ({
  name,
  limit: { concurrency, ratePerSecond },
});

/** InnoDB answers with what it has said before until nobody has asked for a tenth of a second. */
const INNODB_PAUSE_MS = 150;

describe.each(databaseKinds)('gates on $name', (kind) => {
  let stores: TestStores;
  let mine: Worker;
  let theirs: Worker;

  beforeAll(async () => {
    stores = await openStores(kind);
    [mine, theirs] = [worker(), worker()];
  });

  afterEach(async () => {
    for (const table of ['permits', 'breakers', 'holds', 'events', 'pauses', 'limits']) {
      await stores.dataSource.query(`DELETE FROM ${table}`);
    }
  });

  afterAll(() => stores.stop());

  function worker(): Worker {
    const made = stores.worker();
    const parts = [stores.database, stores.clock, made.lease] as const;
    return { ...made, permits: new PermitStore(...parts), held: new HeldStore(...parts) };
  }

  /** Both workers ask for so many places at once; gives what each place's ids are. */
  async function ask(many: number, ...gates: LimitedGate[]): Promise<{ ids: string[][]; full: string[] }> {
    const answers = await Promise.all(
      Array.from({ length: many }, (_, index) =>
        (index % 2 ? mine : theirs).permits.acquire({ eventId: `e${index}`, handler: 'H', gates }),
      ),
    );
    return {
      ids: answers.flatMap((answer) => ('ids' in answer ? [[...answer.ids]] : [])),
      full: answers.flatMap((answer) => ('full' in answer ? [answer.full] : [])),
    };
  }

  /** An event whose operations of these handlers a gate holds, in nobody's hands; gives its id. */
  async function heldEvent(gate: ClosedGate, handlers = ['H'], source = 'store'): Promise<string> {
    const { id } = await stores.events.accept(incoming(stores.clock, { source }));
    await mine.claims.claim(id);
    const holds = handlers.map((handler) => ({
      ...{ eventId: id, handler, ...gate },
      ...{ since: stores.clock.now(), deadline: null, dueAt: null },
    }));
    await mine.settlements.settle(settlement(id, 'RECEIVED', { holds }));
    stores.clock.time += 1;
    return id;
  }

  /** Transactions that wait for a lock. */
  const lockWaits = (): Promise<unknown[]> =>
    stores.dataSource.query(`SELECT trx_id FROM information_schema.INNODB_TRX
      JOIN information_schema.PROCESSLIST ON id = trx_mysql_thread_id WHERE db = DATABASE() AND trx_state = 'LOCK WAIT'`);

  const PAUSED: ClosedGate = { reason: 'PAUSE', waitsFor: 'handler:H' };
  const FULL: ClosedGate = { reason: 'LIMIT', waitsFor: 'handler:H' };
  const row = async (id: string): Promise<unknown> =>
    (await stores.dataSource.query<unknown[]>('SELECT holder FROM events WHERE id = ?', [id]))[0];

  describe('a limit on how many run at once', () => {
    it('is never exceeded by two workers', async () => {
      const first = await ask(24, limited('handler:H', 5));
      expect([first.ids.length, new Set(first.full)]).toEqual([5, new Set(['handler:H'])]);
      expect((await ask(4, limited('handler:H', 5))).ids).toEqual([]);
      expect((await ask(4, limited('handler:other', 5))).ids).toHaveLength(4);
    });

    it('has room again for what has ended, if who had the place says so', async () => {
      const gate = limited('handler:H', 1);
      const answer = await mine.permits.acquire({ eventId: 'mine', handler: 'H', gates: [gate] });
      const { ids } = answer as { ids: string[] };
      await theirs.permits.release(ids);
      expect((await ask(8, gate)).ids).toHaveLength(0);
      await mine.permits.release(ids);
      expect((await ask(8, gate)).ids).toHaveLength(1);
    });

    it('has room again after a start, where there can be no other process', async () => {
      const gate = limited('handler:H', 1);
      await worker().permits.acquire({ eventId: 'before', handler: 'H', gates: [gate] });
      await mine.permits.onModuleInit();
      expect((await ask(8, gate)).ids).toHaveLength(stores.database.exclusive ? 1 : 0);
    });

    it("has room again for a dead worker's when its leases have ended, and not while it renews them", async () => {
      const gate = limited('handler:H', 2);
      const dead = worker();
      await dead.permits.acquire({ eventId: 'dead', handler: 'H', gates: [gate] });
      await mine.permits.acquire({ eventId: 'mine', handler: 'H', gates: [gate] });
      stores.clock.time += stores.config.LEASE_MS - 1;
      await mine.permits.renew();
      expect((await ask(4, gate)).ids).toHaveLength(0);
      stores.clock.time += 1;
      expect((await ask(4, gate)).ids).toHaveLength(1);
      await mine.permits.handBack();
      expect((await ask(4, gate)).ids).not.toHaveLength(0);
    });

    it('takes a place at every gate or at none', async () => {
      const [narrow, wide] = [limited('source:s', 1), limited('handler:H', 9)];
      const { ids, full } = await ask(5, narrow, wide);
      expect([ids.length, ids[0]?.length, new Set(full)]).toEqual([1, 2, new Set(['source:s'])]);
      expect((await ask(9, wide)).ids).toHaveLength(8);
    });
  });

  describe('a limit on how many start in a second', () => {
    it('counts every start for a second, whether it has ended or not', async () => {
      const gate = limited('handler:H', null, 4);
      const began = stores.clock.time;
      const { ids } = await ask(10, gate);
      expect(ids).toHaveLength(4);
      for (const one of ids) await Promise.all([mine.permits.release(one), theirs.permits.release(one)]);
      stores.clock.time = began + SECOND_MS - 1;
      expect((await ask(10, gate)).ids).toHaveLength(0);
      stores.clock.time = began + SECOND_MS;
      expect((await ask(10, gate)).ids).toHaveLength(4);
    });

    it('holds in any second, wherever it begins', async () => {
      const gate = limited('handler:H', null, 2);
      const starts: number[] = [];
      for (let step = 0; step < 40; step += 1) {
        stores.clock.time += 130;
        const { ids } = await ask(2, gate);
        starts.push(...ids.map(() => stores.clock.time));
      }
      const most = starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length);
      expect(Math.max(...most)).toBe(2);
      expect(starts.length).toBeGreaterThan(6);
    });
  });

  describe('what a gate holds', () => {
    it('is listed by gate, and let through the oldest first', async () => {
      const ids = [await heldEvent(PAUSED), await heldEvent(PAUSED), await heldEvent(PAUSED)];
      await heldEvent({ reason: 'BREAKER', waitsFor: 'handler:B' });
      await heldEvent(FULL);
      expect(await mine.held.gates()).toEqual([PAUSED, { reason: 'BREAKER', waitsFor: 'handler:B' }, FULL]);
      expect(await mine.claims.takeDue(100)).toEqual([]);
      expect(await mine.held.letThrough(PAUSED, 2)).toBe(2);
      expect((await mine.claims.takeDue(100)).toSorted()).toEqual(ids.slice(0, 2));
      expect(await mine.held.letThrough(PAUSED, 2)).toBe(1);
      expect(await mine.claims.takeDue(100)).toEqual(ids.slice(2));
      const again = await mine.claims.claim(ids[2] ?? '');
      const holds = [{ handler: 'H', reason: 'PAUSE', dueAt: stores.clock.now() }];
      expect(again).toMatchObject({ holds, claims: 1 });
    });

    it('is passed over while a worker has the event in hand, which would write over it', async () => {
      const id = await heldEvent(PAUSED);
      await stores.dataSource.query('UPDATE events SET due_at = ? WHERE id = ?', ['2000-01-01', id]);
      await theirs.claims.claim(id);
      expect(await mine.held.letThrough(PAUSED, 9)).toBe(0);
      await theirs.claims.handBack([id]);
      expect(await mine.held.letThrough(PAUSED, 9)).toBe(1);
    });

    it('is let through once by two workers who look at the same time', async () => {
      for (let count = 0; count < 6; count += 1) await heldEvent(PAUSED);
      const counts = await Promise.all([mine, theirs].map(({ held }) => held.letThrough(PAUSED, 9)));
      expect(counts.reduce((sum, count) => sum + count, 0) + (await mine.held.letThrough(PAUSED, 9))).toBe(6);
    });
  });

  describe('what waits for a place', () => {
    const gate = limited('handler:H', 2);
    const letIn = ({ held }: Worker, ...gates: LimitedGate[]): Promise<{ eventIds: readonly string[] }> =>
      held.letIn('handler:H', () => gates, 64);

    it('is let in by two workers as far as there is one, the oldest first, and has it kept', async () => {
      const ids = [await heldEvent(FULL), await heldEvent(FULL), await heldEvent(FULL)];
      const both = await Promise.all([letIn(mine, gate), letIn(theirs, gate)]);
      expect(both.flatMap(({ eventIds }) => eventIds).toSorted()).toEqual(ids.slice(0, 2));
      expect(await row(ids[0] ?? '')).toEqual({ holder: 'queue' });
      expect((await ask(4, gate)).ids).toHaveLength(0);
      const answers = await Promise.all(
        ids.map((eventId) => theirs.permits.acquire({ eventId, handler: 'H', gates: [gate] })),
      );
      expect(answers.map((answer) => 'ids' in answer)).toEqual([true, true, false]);
    });

    it('goes before whoever comes later', async () => {
      const id = await heldEvent(FULL);
      expect(await ask(1, gate)).toEqual({ ids: [], full: ['handler:H'] });
      expect((await letIn(mine, gate)).eventIds).toEqual([id]);
      expect((await ask(4, gate)).ids).toHaveLength(1);
    });

    it('has its place kept no longer than a lease, and not at all once another gate holds it', async () => {
      const [first, second] = [await heldEvent(FULL), await heldEvent(FULL)];
      await letIn(mine, gate);
      await theirs.permits.cancel(first, 'H');
      expect((await ask(4, gate)).ids).toHaveLength(1);
      stores.clock.time += stores.config.LEASE_MS;
      expect((await ask(4, gate)).ids).toHaveLength(2);
      expect(second).not.toBe(first);
    });

    it('counts as a start from when it starts', async () => {
      const rate = limited('handler:H', null, 1);
      const id = await heldEvent(FULL);
      expect((await letIn(mine, rate)).eventIds).toEqual([id]);
      stores.clock.time += SECOND_MS;
      expect((await ask(1, rate)).ids).toEqual([]);
      expect(await mine.permits.acquire({ eventId: id, handler: 'H', gates: [rate] })).toHaveProperty('ids');
      stores.clock.time += SECOND_MS - 1;
      expect((await ask(1, rate)).ids).toEqual([]);
      stores.clock.time += 1;
      expect((await ask(1, rate)).ids).toHaveLength(1);
    });

    it('is told when a start will no longer count', async () => {
      const rate = limited('handler:H', null, 1);
      const began = stores.clock.now();
      await ask(1, rate);
      await heldEvent(FULL);
      const { again } = await mine.held.letIn('handler:H', () => [rate], 64);
      expect(again).toEqual(new Date(began.getTime() + SECOND_MS));
    });

    it('waits at the gate that is full, where the one it waits at is not any more', async () => {
      const narrow = limited('source:s', 1);
      await ask(1, narrow);
      await heldEvent(FULL);
      expect((await letIn(mine, narrow, gate)).eventIds).toEqual([]);
      expect(await mine.held.gates()).toEqual([{ reason: 'LIMIT', waitsFor: 'source:s' }]);
      expect((await ask(4, gate)).ids).toHaveLength(2);
    });

    it('gives its place back where another gate is full by the time it comes', async () => {
      const narrow = limited('source:s', 1);
      const id = await heldEvent(FULL);
      await letIn(mine, gate);
      await ask(1, narrow);
      const answer = await mine.permits.acquire({ eventId: id, handler: 'H', gates: [narrow, gate] });
      expect(answer).toEqual({ full: 'source:s' });
      expect((await ask(4, gate)).ids).toHaveLength(2);
    });

    it('is looked at once more when the gates are locked: nobody is let in whom others have taken, or whose gates are not', async () => {
      const [taken, late] = [await heldEvent(FULL), await heldEvent(FULL, ['H'], 'other')];
      const { database, dataSource } = stores;
      await dataSource.query('UPDATE holds SET due_at = ? WHERE event_id = ?', ['2000-01-01', late]);
      const limitsOf = ({ source }: GatedOperation): LimitedGate[] => [gate, limited(`source:${source}`, 1)];
      let letting: Promise<LetIn> | undefined;
      await database.transaction(async (session) => {
        await lockGates(session, database.dialect, ['handler:H']);
        letting = mine.held.letIn('handler:H', limitsOf, 64);
        if (kind.name === 'MariaDB')
          await expect.poll(lockWaits, { interval: INNODB_PAUSE_MS }).toHaveLength(1);
        await session.run("UPDATE events SET holder = 'another' WHERE id = ?", [taken]);
        await session.run('UPDATE holds SET due_at = NULL WHERE event_id = ?', [late]);
      });
      // SQLite has one transaction after the other, so that it sees the late one at once.
      expect((await letting)?.eventIds).toEqual(kind.name === 'MariaDB' ? [] : [late]);
    });

    it('is handed over once for all its operations', async () => {
      const id = await heldEvent(FULL, ['H', 'I']);
      expect((await letIn(mine, gate)).eventIds).toEqual([id]);
      for (const handler of ['H', 'I']) {
        const answer = await mine.permits.acquire({ eventId: id, handler, gates: [gate] });
        expect(answer).toHaveProperty('ids');
      }
    });
  });

  describe('a breaker', () => {
    const breakers = (): BreakerStore => new BreakerStore(stores.database, stores.clock);
    const state = async (): Promise<unknown> =>
      (await stores.dataSource.query<unknown[]>("SELECT state FROM breakers WHERE handler = 'H'"))[0];

    it('is tripped by one of two workers, and lets one operation through when its time is over', async () => {
      const [one, other] = [breakers(), breakers()];
      const tripped = await Promise.all([one.trip('H', 1000), other.trip('H', 1000)]);
      expect(tripped.toSorted()).toEqual([false, true]);
      expect(await one.probe('H', 500)).toBeNull();
      stores.clock.time += 1000;
      const probes = await Promise.all([one.probe('H', 500), other.probe('H', 500)]);
      expect(probes.filter((probe) => probe !== null)).toHaveLength(1);
      expect(await state()).toEqual({ state: 'HALF_OPEN' });
    });

    it('opens again or closes by what the operation comes to, and not by one that was given up for lost', async () => {
      const store = breakers();
      await store.trip('H', 0);
      const lost = (await store.probe('H', 500)) ?? { handler: '', id: '' };
      stores.clock.time += 499;
      expect(await store.probe('H', 500)).toBeNull();
      stores.clock.time += 1;
      const second = (await store.probe('H', 500)) ?? { handler: '', id: '' };
      expect(await store.close(lost)).toBe(false);
      expect(await store.reopen(second, 1000)).toBe(true);
      expect(await state()).toEqual({ state: 'OPEN' });
      stores.clock.time += 1000;
      const third = (await store.probe('H', 500)) ?? { handler: '', id: '' };
      expect(await store.giveBack(third)).toBe(true);
      const fourth = (await store.probe('H', 500)) ?? { handler: '', id: '' };
      expect(await store.close(fourth)).toBe(true);
      expect(await state()).toBeUndefined();
    });
  });

  it('are as they were last set, once for each name', async () => {
    const store = new SteeringStore(stores.dataSource, stores.database, stores.clock);
    const since = stores.clock.now();
    expect(await store.pause('source', 's', 'first')).toMatchObject({ pausedAt: since });
    stores.clock.time += 1000;
    const again = { kind: 'source', name: 's', reason: 'second', pausedAt: since };
    expect(await store.pause('source', 's', 'second')).toEqual(again);
    await store.setLimit('handler', 'H', { concurrency: 1, ratePerSecond: 9 });
    await store.setLimit('handler', 'H', { concurrency: null, ratePerSecond: 2 });
    const { dataSource } = stores;
    const rows = (table: string): Promise<unknown[]> => dataSource.query(`SELECT * FROM ${table}`);
    expect(await rows('pauses')).toMatchObject([{ kind: 'source', name: 's', reason: 'second' }]);
    const limit = { kind: 'handler', name: 'H', concurrency: null, rate_per_second: 2 };
    expect(await rows('limits')).toEqual([limit]);
    await store.resume('source', 's');
    await store.removeLimit('handler', 'H');
    expect([await rows('pauses'), await rows('limits')]).toEqual([[], []]);
  });
});
