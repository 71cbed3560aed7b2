import type { DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventCommands } from '../../src/admin/application/event-commands.js';
import { type SqlDatabase, type SqlRow, toSqlTime } from '../../src/platform/database/sql-database.js';
import { laneOf } from '../../src/processing/domain/lane.js';
import { settlement } from '../../src/processing/domain/settlement.js';
import { ClaimStore } from '../../src/processing/infrastructure/claim-store.js';
import { SettlementStore } from '../../src/processing/infrastructure/settlement-store.js';
import { WorkerLease } from '../../src/processing/infrastructure/worker-lease.js';
import { builtDataSource, databaseKinds, migrateBuilt, type TestDatabase } from '../support/databases.js';
import { type Seed, seedEvents } from '../support/seeded-events.js';
import { HandClock } from '../support/stores.js';

describe.each(databaseKinds)('commands on single events on $name', (kind) => {
  let made: TestDatabase;
  let dataSource: DataSource;
  let database: SqlDatabase;
  const clock = new HandClock();
  let commands: EventCommands;

  beforeAll(async () => {
    made = await kind.make();
    dataSource = await (await builtDataSource(made.config)).initialize();
    await migrateBuilt(dataSource);
    database = await made.connect(await (await builtDataSource(made.config)).initialize());
    commands = new EventCommands(database, clock);
  });

  afterAll(async () => {
    await database.close();
    await dataSource.destroy();
    await made.stop();
  });

  async function seed(one: Omit<Seed, 'source'>): Promise<string> {
    const [id = ''] = await seedEvents(database, clock, [{ source: 'commands', ...one }]);
    return id;
  }

  const row = async (table: string, column: string, value: string): Promise<SqlRow | undefined> => {
    const sql = `SELECT * FROM ${table} WHERE ${column} = ?`;
    const [found] = await database.transaction((session) => session.all(sql, [value]));
    return found;
  };
  const event = async (id: string): Promise<SqlRow> => (await row('events', 'id', id)) ?? {};

  const hold = (eventId: string): Promise<unknown> =>
    database.transaction((session) =>
      session.run(
        `INSERT INTO holds (event_id, handler, reason, waits_for, since) VALUES (?, 'H', 'PREREQUISITE', 'it', ?)`,
        [eventId, toSqlTime(clock.now())],
      ),
    );

  const in30s = (): string => toSqlTime(new Date(clock.time + 30_000));

  describe('replay', () => {
    it.each(['ALL', 'FAILED'] as const)('makes a FAILED event due as a new run, scope %s', async (scope) => {
      const id = await seed({ status: 'FAILED', run: 2, claims: 10, last_error: 'Error: it' });
      await hold(id);
      expect(await commands.replay(id, scope)).toBe('REPLAYED');
      expect(await event(id)).toMatchObject({
        ...{ status: 'RECEIVED', run: 3, replay_scope: scope, has_history: 1, claims: 0, holder: null },
        ...{ failed_at: null, last_error: null },
        due_at: expect.anything() as unknown,
      });
      expect(await row('holds', 'event_id', id)).toBeUndefined();
    });

    it('brings back a discarded event', async () => {
      const id = await seed({ status: 'FAILED' });
      await commands.discard(id, 'too early');
      expect(await commands.replay(id, 'ALL')).toBe('REPLAYED');
      expect(await event(id)).toMatchObject({ status: 'RECEIVED', discarded_at: null, discard_reason: null });
    });

    it('refuses what is under way, what has nothing to fail, and what is not there', async () => {
      expect(await commands.replay(await seed({ status: 'RECEIVED' }), 'ALL')).toBe('UNDER_WAY');
      const processed = await seed({ status: 'PROCESSED' });
      expect(await commands.replay(processed, 'FAILED')).toBe('NOTHING_FAILED');
      expect(await event(processed)).toMatchObject({ status: 'PROCESSED', run: 0 });
      expect(await commands.replay(processed, 'ALL')).toBe('REPLAYED');
      expect(await commands.replay(uuidV7(), 'ALL')).toBe('NO_EVENT');
    });
  });

  describe('discard', () => {
    it('ends a dead letter, which keeps its error and the time at which it failed', async () => {
      const id = await seed({ status: 'FAILED', last_error: 'Error: it' });
      const { failed_at } = await event(id);
      clock.time += 1000;
      expect(await commands.discard(id, 'done by hand')).toBe('DISCARDED');
      expect(await event(id)).toMatchObject({
        ...{ status: 'FAILED', discard_reason: 'done by hand', last_error: 'Error: it', failed_at },
        discarded_at: expect.anything() as unknown,
      });
    });

    it.each([
      ['nobody', null],
      ['the queue', 'queue'],
    ])('ends a waiting event that %s has, with its holds', async (_, holder) => {
      const id = await seed({ status: 'RECEIVED', holder, due_at: in30s(), has_history: 1 });
      await hold(id);
      expect(await commands.discard(id, 'x')).toBe('DISCARDED');
      expect(await event(id)).toMatchObject({ status: 'FAILED', holder: null, due_at: null });
      expect((await event(id))['failed_at']).not.toBeNull();
      expect(await row('holds', 'event_id', id)).toBeUndefined();
    });

    it('leaves alone what a worker has, until its lease is over; what that brings then counts for nothing', async () => {
      const id = await seed({ status: 'RECEIVED', holder: 'queue', due_at: in30s() });
      const parts = [database, clock, new WorkerLease(clock, made.config)] as const;
      await database.transaction((session) =>
        session.run(`INSERT INTO event_payloads (event_id, url, headers, body) VALUES (?, '/', '{}', '{}')`, [
          id,
        ]),
      );
      expect(await new ClaimStore(...parts).claim(id)).not.toBeNull();
      expect(await commands.discard(id, 'x')).toBe('IN_HAND');
      expect(await event(id)).toMatchObject({ status: 'RECEIVED', discarded_at: null });
      clock.time += made.config.LEASE_MS;
      expect(await commands.discard(id, 'x')).toBe('DISCARDED');
      expect(await new SettlementStore(...parts).settle(settlement(id, 'PROCESSED'))).toEqual({
        ours: false,
        lane: null,
      });
      expect(await event(id)).toMatchObject({ status: 'FAILED' });
    });

    it('has the lane of a waiting event looked at, where nobody goes through it', async () => {
      const lane = laneOf({ source: 'commands', orderingKey: 'free' });
      const id = await seed({ status: 'RECEIVED', ordering_key: 'free', due_at: null });
      await database.transaction((session) =>
        session.run(`INSERT INTO lanes (id, source, ordering_key) VALUES (?, 'commands', 'free')`, [
          lane?.id ?? '',
        ]),
      );
      await commands.discard(id, 'x');
      const due = await row('lanes', 'id', lane?.id ?? '');
      expect(due).toMatchObject({ holder: null, due_at: expect.anything() as unknown });
    });

    it('leaves a lane to the worker that goes through it', async () => {
      const lane = laneOf({ source: 'commands', orderingKey: 'taken' });
      const id = await seed({ status: 'RECEIVED', ordering_key: 'taken', due_at: null });
      await database.transaction((session) =>
        session.run(
          `INSERT INTO lanes (id, source, ordering_key, holder, due_at) VALUES (?, 'commands', 'taken', 'w', ?)`,
          [lane?.id ?? '', in30s()],
        ),
      );
      const before = await row('lanes', 'id', lane?.id ?? '');
      expect(await commands.discard(id, 'x')).toBe('DISCARDED');
      expect(await row('lanes', 'id', lane?.id ?? '')).toEqual(before);
    });

    it('refuses what is PROCESSED, and what is not there', async () => {
      const id = await seed({ status: 'PROCESSED' });
      expect(await commands.discard(id, 'x')).toBe('PROCESSED');
      expect(await event(id)).toMatchObject({ status: 'PROCESSED', discarded_at: null });
      expect(await commands.discard(uuidV7(), 'x')).toBe('NO_EVENT');
    });
  });
});
