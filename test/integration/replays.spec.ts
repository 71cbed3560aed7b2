import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EventCommands } from '../../src/admin/application/event-commands.js';
import { EventEntity } from '../../src/ingestion/infrastructure/event.entity.js';
import { createDataSource } from '../../src/platform/database/data-source.js';
import { SettingEntity } from '../../src/platform/database/setting.entity.js';
import { type SqlDatabase, toSqlTime } from '../../src/platform/database/sql-database.js';
import { SecretsKey } from '../../src/platform/secrets/secrets-key.js';
import { WorkerLease } from '../../src/processing/infrastructure/worker-lease.js';
import { Confirmations } from '../../src/replay/application/confirmations.js';
import { ReplayRunner } from '../../src/replay/application/replay-runner.js';
import { ConfirmationError, Replays } from '../../src/replay/application/replays.js';
import type { Replay, ReplayRequest } from '../../src/replay/domain/replay.js';
import { ReplayEntity } from '../../src/replay/infrastructure/replay.entity.js';
import { ReplayLeases } from '../../src/replay/infrastructure/replay-leases.js';
import { ReplayStore } from '../../src/replay/infrastructure/replay-store.js';
import { builtDataSource, databaseKinds, migrateBuilt, type TestDatabase } from '../support/databases.js';
import { HandClock } from '../support/stores.js';
import { type Seed, seedEvents } from '../support/seeded-events.js';

const MINUTE = 60_000;
const KEY = Buffer.alloc(32, 7);

/** What a worker process has. */
interface Worker {
  readonly runner: ReplayRunner;
  readonly leases: ReplayLeases;
  readonly lease: WorkerLease;
}

describe.each(databaseKinds)('replays of many events on $name', (kind) => {
  let made: TestDatabase;
  let dataSource: DataSource;
  let database: SqlDatabase;
  const clock = new HandClock();
  let replays: Replays;
  let source = '';
  let sources = 0;

  beforeAll(async () => {
    made = await kind.make();
    const migrated = await (await builtDataSource(made.config)).initialize();
    await migrateBuilt(migrated);
    await migrated.destroy();
    const entities = [EventEntity, ReplayEntity, SettingEntity];
    dataSource = await createDataSource(made.config).setOptions({ entities, migrations: [] }).initialize();
    database = await made.connect(await (await builtDataSource(made.config)).initialize());
    replays = otherApi(KEY);
  });

  beforeEach(async () => {
    await dataSource.query('DELETE FROM replays');
    sources += 1;
    source = `source-${sources}`;
  });

  afterAll(async () => {
    await database.close();
    await dataSource.destroy();
    await made.stop();
  });

  /** What an api process with this key has. */
  function otherApi(key: Buffer, previous: Buffer[] = []): Replays {
    const config = { SECRETS_KEY: key, SECRETS_KEY_PREVIOUS: previous, DATA_DIR: 'unused' };
    const secretsKey = new SecretsKey(config, dataSource);
    const store = new ReplayStore(dataSource, database, clock);
    return new Replays(store, new Confirmations(secretsKey), clock);
  }

  /** A worker that runs only when it is told to. */
  function worker(interference: Partial<SqlDatabase> = {}): Worker {
    const lease = new WorkerLease(clock, made.config);
    const disturbed = Object.assign(Object.create(database) as SqlDatabase, interference);
    const leases = new ReplayLeases(dataSource, disturbed, clock, lease);
    return { runner: new ReplayRunner(leases, clock, made.config), leases, lease };
  }

  const seed = (...seeds: Omit<Seed, 'source'>[]): Promise<string[]> =>
    seedEvents(
      database,
      clock,
      seeds.map((one) => ({ ...one, source })),
    );
  const many = (count: number): Promise<string[]> =>
    seed(...Array.from({ length: count }, () => ({ status: 'FAILED' as const })));

  const request = (change: Partial<ReplayRequest> = {}): ReplayRequest => ({
    scope: 'ALL',
    ratePerSecond: 100,
    ...change,
    filter: { source, ...change.filter },
  });

  async function start(change: Partial<ReplayRequest> = {}): Promise<Replay> {
    const { confirm } = await replays.propose(request(change));
    return replays.confirm(request(change), confirm);
  }

  const runs = async (): Promise<number[]> => {
    const events = await dataSource
      .getRepository(EventEntity)
      .find({ where: { source }, order: { id: 'ASC' } });
    return events.map(({ run }) => run);
  };

  /** A worker's rounds over so many milliseconds. */
  async function work({ runner }: Pick<Worker, 'runner'>, milliseconds: number): Promise<void> {
    await runner.round();
    for (let passed = 0; passed < milliseconds; passed += 50) {
      clock.time += 50;
      await runner.round();
    }
  }

  const total = async (change: Partial<ReplayRequest>): Promise<number> =>
    (await replays.propose(request(change))).count;

  describe('are counted first', () => {
    it('by their filter, without what is under way or discarded, and change nothing', async () => {
      const discarded_at = toSqlTime(clock.now());
      await seed({}, { type: 'other' }, { status: 'FAILED' }, { status: 'FAILED', discarded_at });
      await seed({ status: 'RECEIVED' }, { unhandled: 1 });
      expect(await total({})).toBe(4);
      expect(await total({ filter: { type: 'other' } })).toBe(1);
      expect(await total({ filter: { status: 'FAILED' } })).toBe(1);
      expect(await total({ filter: { unhandled: true } })).toBe(1);
      expect(await total({ filter: { discarded: true } })).toBe(1);
      expect(await total({ scope: 'FAILED' })).toBe(1);
      expect(await total({ scope: 'FAILED', filter: { status: 'PROCESSED' } })).toBe(0);
      expect(await total({ filter: { from: clock.now() } })).toBe(4);
      expect(await total({ filter: { to: clock.now() } })).toBe(0);
      expect(await runs()).toEqual([0, 0, 0, 0, 0, 0]);
      expect(await dataSource.getRepository(ReplayEntity).count()).toBe(0);
    });
  });

  describe('are started by the token that the count was answered with', () => {
    const fault = (error: unknown): unknown => (error as ConfirmationError).fault;

    it('once, however often and wherever it is used', async () => {
      await many(3);
      const { confirm } = await replays.propose(request());
      const answers = await Promise.all([
        replays.confirm(request(), confirm),
        otherApi(KEY).confirm(request(), confirm),
      ]);
      clock.time += 20 * MINUTE;
      answers.push(await replays.confirm(request(), confirm));
      expect(answers).toMatchObject(answers.map(() => ({ id: answers[0].id, total: 3, status: 'RUNNING' })));
      expect(await dataSource.getRepository(ReplayEntity).count()).toBe(1);
    });

    it('within ten minutes', async () => {
      const { confirm, expiresAt } = await replays.propose(request());
      expect(expiresAt.getTime()).toBe(clock.time + 10 * MINUTE);
      clock.time += 10 * MINUTE;
      expect(await replays.confirm(request(), confirm).catch(fault)).toBe('EXPIRED');
      const later = await replays.propose(request());
      clock.time += 10 * MINUTE - 1;
      expect(await replays.confirm(request(), later.confirm)).toMatchObject({ status: 'RUNNING', total: 0 });
    });

    it('for the very request that was counted', async () => {
      const { confirm } = await replays.propose(request({ filter: { type: 'a' } }));
      for (const other of [
        request(),
        request({ filter: { type: 'b' } }),
        request({ filter: { type: 'a', from: clock.now() } }),
        request({ filter: { type: 'a' }, scope: 'FAILED' }),
        request({ filter: { type: 'a' }, ratePerSecond: 101 }),
      ]) {
        expect(await replays.confirm(other, confirm).catch(fault)).toBe('OTHER_REQUEST');
      }
      expect(await replays.confirm(request({ filter: { type: 'a' } }), confirm)).toMatchObject({ total: 0 });
    });

    it('and by no other', async () => {
      const { confirm } = await replays.propose(request());
      const [text = '', digest = ''] = confirm.split('.');
      const more = JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
      const changed = Buffer.from(JSON.stringify({ ...more, n: 7 })).toString('base64url');
      for (const token of [
        '',
        'x',
        text,
        `${changed}.${digest}`,
        `${text}.${'A'.repeat(43)}`,
        `${confirm}A`,
      ]) {
        expect(await replays.confirm(request(), token).catch(fault)).toBe('UNKNOWN');
      }
      const stranger = otherApi(Buffer.alloc(32, 8));
      await expect(stranger.confirm(request(), confirm)).rejects.toThrow('SECRETS_KEY is not the key');
      expect(await dataSource.getRepository(ReplayEntity).count()).toBe(0);
    });

    it('under the key from before too, while it is rotated', async () => {
      const { confirm } = await replays.propose(request());
      const rotating = otherApi(Buffer.alloc(32, 9), [KEY]);
      expect(await rotating.confirm(request(), confirm)).toMatchObject({ status: 'RUNNING' });
    });
  });

  describe('run', () => {
    it('at the rate that was asked for, evenly, in the order of arrival', async () => {
      await many(60);
      const { id } = await start();
      const mine = worker();
      const seen: number[] = [];
      for (let round = 0; round < 8; round += 1) {
        await mine.runner.round();
        seen.push((await runs()).filter((run) => run === 1).length);
        clock.time += 50;
      }
      expect(seen).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
      expect(await runs()).toEqual([...Array<number>(35).fill(1), ...Array<number>(25).fill(0)]);
      clock.time += 400;
      await mine.runner.round();
      expect(await replays.find(id)).toMatchObject({ status: 'DONE', replayed: 60, skipped: 0, total: 60 });
    });

    it('in more than one transaction where many have come due', async () => {
      await many(1100);
      const { id } = await start({ ratePerSecond: 10_000 });
      const mine = worker();
      await mine.runner.round();
      clock.time += 500;
      await mine.runner.round();
      expect(await replays.find(id)).toMatchObject({
        status: 'DONE',
        replayed: 1100,
        finishedAt: clock.now(),
      });
      expect((await runs()).every((run) => run === 1)).toBe(true);
    });

    it('what was counted, and not what has come or ended since', async () => {
      const [first = '', second = ''] = await seed({}, { status: 'FAILED' }, {}, { status: 'RECEIVED' });
      const { id } = await start();
      clock.time += 1000;
      const now = toSqlTime(clock.now());
      await seed({}, { status: 'FAILED' }, { type: 'behind' });
      await database.transaction(async (session) => {
        // Under way when they were counted: one has ended since, one had been replayed and has ended again.
        await session.run(
          `UPDATE events SET status = 'FAILED', failed_at = ? WHERE source = ? AND status = 'RECEIVED'`,
          [now, source],
        );
        // By the clock of its worker one has ended before it came.
        await session.run(
          `UPDATE events SET processed_at = '2020-01-01 00:00:00.000' WHERE source = ? AND type = 'behind'`,
          [source],
        );
        await session.run('UPDATE events SET run = 1, processed_at = ? WHERE id = ?', [now, first]);
        await session.run('UPDATE events SET discarded_at = ? WHERE id = ?', [now, second]);
      });
      await work(worker(), 200);
      expect(await replays.find(id)).toMatchObject({ status: 'DONE', total: 3, replayed: 1, skipped: 2 });
      expect(await runs()).toEqual([1, 0, 1, 0, 0, 0, 0]);
    });

    it('no event that somebody has replayed a moment before', async () => {
      const [first = ''] = await many(3);
      const { id } = await start();
      const commands = new EventCommands(database, clock);
      let transactions = 0;
      const mine = worker({
        transaction: async (change) => {
          transactions += 1;
          // Two looks for free replays, and then the first chunk, whose events have been read.
          if (transactions === 3) await commands.replay(first, 'ALL');
          return database.transaction(change);
        },
      });
      await work(mine, 100);
      expect(await runs()).toEqual([1, 1, 1]);
      expect(await replays.find(id)).toMatchObject({ status: 'DONE', replayed: 2, skipped: 1 });
    });

    it('only events that are FAILED where only what has failed is to run', async () => {
      await seed({}, { status: 'FAILED' });
      await start({ scope: 'FAILED' });
      await work(worker(), 200);
      const events = await dataSource
        .getRepository(EventEntity)
        .find({ where: { source }, order: { id: 'ASC' } });
      expect(events).toMatchObject([
        { status: 'PROCESSED', run: 0, replayScope: null },
        { status: 'RECEIVED', run: 1, replayScope: 'FAILED' },
      ]);
    });

    it('and leave nothing of what has been', async () => {
      const now = toSqlTime(clock.now());
      const ended = { claims: 9, last_error: 'Error: it', discarded_at: now, discard_reason: 'gone' };
      const [eventId = ''] = await seed({ status: 'FAILED', ...ended });
      await database.transaction((session) =>
        session.run(
          `INSERT INTO holds (event_id, handler, reason, waits_for, since) VALUES (?, 'H', 'PAUSE', 'p', ?)`,
          [eventId, now],
        ),
      );
      await start({ filter: { discarded: true } });
      await work(worker(), 100);
      expect(await dataSource.getRepository(EventEntity).findOneBy({ id: eventId })).toMatchObject({
        ...{ status: 'RECEIVED', run: 1, replayScope: 'ALL', hasHistory: true, claims: 0, holder: null },
        ...{ processedAt: null, failedAt: null, lastError: null, discardedAt: null, discardReason: null },
        dueAt: expect.any(Date) as Date,
      });
      expect(await dataSource.query('SELECT * FROM holds')).toEqual([]);
    });

    it('until they are cancelled', async () => {
      await many(40);
      const { id } = await start();
      const mine = worker();
      await work(mine, 200);
      const cancelled = await replays.cancel(id);
      expect(cancelled).toMatchObject({ status: 'CANCELLED', replayed: 20, cancelledAt: clock.now() });
      await work(mine, 200);
      await work(worker(), 200);
      expect((await runs()).filter((run) => run === 1)).toHaveLength(20);
      clock.time += 1000;
      expect(await replays.cancel(id)).toEqual(cancelled);
    });

    it('to their end, which nobody cancels', async () => {
      const { id } = await start();
      await work(worker(), 100);
      expect(await replays.cancel(id)).toMatchObject({ status: 'DONE', cancelledAt: null });
      expect(await replays.cancel('0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50')).toBeNull();
    });
  });

  describe('are one worker’s at a time', () => {
    it('also when two look at once', async () => {
      await many(100);
      const { id } = await start({ ratePerSecond: 1000 });
      const workers = [worker(), worker()];
      for (let round = 0; round < 5; round += 1) {
        await Promise.all(workers.map(({ runner }) => runner.round()));
        clock.time += 50;
      }
      expect(await runs()).toEqual(Array<number>(100).fill(1));
      expect(await replays.find(id)).toMatchObject({ status: 'DONE', replayed: 100, skipped: 0 });
    });

    it('and go on from where a dead one has come to, once its lease is over', async () => {
      const ids = await many(10);
      const { id } = await start();
      const leaseEnd = clock.time + made.config.LEASE_MS;
      await database.transaction(async (session) => {
        await session.run(
          'UPDATE replays SET holder = ?, due_at = ?, cursor_id = ?, replayed = 4 WHERE id = ?',
          ['dead', toSqlTime(new Date(leaseEnd)), ids[3] ?? '', id],
        );
        await session.run('UPDATE events SET run = 1 WHERE source = ? AND id <= ?', [source, ids[3] ?? '']);
      });
      const mine = worker();
      clock.time = leaseEnd - 1;
      await mine.runner.round();
      expect(await dataSource.getRepository(ReplayEntity).findOneBy({ id })).toMatchObject({
        holder: 'dead',
      });
      clock.time = leaseEnd;
      await work(mine, 100);
      expect(await runs()).toEqual(Array<number>(10).fill(1));
      expect(await replays.find(id)).toMatchObject({ status: 'DONE', replayed: 10, skipped: 0 });
    });

    it('and are not gone on with by one that was slow and has lost them', async () => {
      await many(20);
      const { id } = await start();
      const [slow, quick] = [worker(), worker()];
      await work(slow, 50);
      clock.time += made.config.LEASE_MS;
      await work(quick, 50);
      await work(slow, 50);
      expect(await runs()).toEqual([...Array<number>(10).fill(1), ...Array<number>(10).fill(0)]);
      expect(await dataSource.getRepository(ReplayEntity).findOneBy({ id })).toMatchObject({
        holder: quick.lease.holder,
        replayed: 10,
      });
    });

    it('and kept alive while they run, however slowly', async () => {
      await many(100);
      const { id } = await start({ ratePerSecond: 1 });
      const [mine, theirs] = [worker(), worker()];
      await mine.runner.round();
      for (let passed = 0; passed < 2 * made.config.LEASE_MS; passed += 1000) {
        clock.time += 1000;
        await mine.runner.round();
        await theirs.runner.round();
      }
      expect(await dataSource.getRepository(ReplayEntity).findOneBy({ id })).toMatchObject({
        holder: mine.lease.holder,
        replayed: (2 * made.config.LEASE_MS) / 1000,
      });
    });

    it('and free at a start where no other process can have them', async () => {
      await many(5);
      const { id } = await start();
      await worker().runner.round();
      const mine = worker();
      await mine.leases.recover();
      await work(mine, 50);
      expect(await replays.find(id)).toMatchObject({ replayed: database.exclusive ? 5 : 0 });
    });

    it('and given back by one that stops', async () => {
      await many(20);
      const { id } = await start();
      const [mine, theirs] = [worker(), worker()];
      await work(mine, 50);
      await mine.runner.beforeApplicationShutdown();
      await work(theirs, 50);
      expect(await replays.find(id)).toMatchObject({ replayed: 10 });
    });
  });

  it('are listed newest first, page by page', async () => {
    const started: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      clock.time += 1;
      started.unshift((await start()).id);
    }
    const page = await replays.list({ limit: 2 });
    expect(page.items.map(({ id }) => id)).toEqual(started.slice(0, 2));
    const rest = await replays.list({ limit: 2, before: page.next ?? '' });
    expect([rest.items.map(({ id }) => id), rest.next]).toEqual([started.slice(2), null]);
  });
});
