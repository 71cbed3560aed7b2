import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncomingEvent } from '../../src/ingestion/domain/incoming-event.js';
import type { EventStore } from '../../src/ingestion/infrastructure/event-store.js';
import type { AppConfig } from '../../src/platform/config/config.js';
import type { SqlDatabase } from '../../src/platform/database/sql-database.js';
import type { Attempt } from '../../src/processing/domain/attempt.js';
import { type ClaimedEvent, LeaseLostError } from '../../src/processing/domain/claimed-event.js';
import { type Settlement, settlement as settle } from '../../src/processing/domain/settlement.js';
import type { RecordedSuccess } from '../../src/processing/infrastructure/settlement-store.js';
import { databaseKinds } from '../support/databases.js';
import {
  attemptAt,
  type HandClock,
  incoming as incomingAt,
  type NotingQueue,
  openStores,
  successAt,
  type TestStores,
  type WorkerStores,
} from '../support/stores.js';

const OURS = { ours: true, lane: null };
const LOST = { ours: false, lane: null };

describe.each(databaseKinds)('the stores on $name', (kind) => {
  let stores: TestStores;
  let dataSource: DataSource;
  let database: SqlDatabase;
  let config: AppConfig;
  let clock: HandClock;
  let queue: NotingQueue;
  let events: EventStore;
  let mine: WorkerStores;
  let theirs: WorkerStores;

  beforeAll(async () => {
    stores = await openStores(kind);
    ({ config, dataSource, database, clock, queue, events } = stores);
    mine = stores.worker();
    theirs = stores.worker();
  });

  afterAll(async () => {
    await stores.stop();
  });

  const incoming = (change: Partial<IncomingEvent> = {}): IncomingEvent => incomingAt(clock, change);
  const attempt = (eventId: string, change: Partial<Attempt> = {}): Attempt =>
    attemptAt(clock, eventId, change);
  const success = (eventId: string, change: Partial<Attempt> = {}): RecordedSuccess =>
    successAt(clock, eventId, change);

  const settlement = (
    eventId: string,
    { status = 'PROCESSED', ...rest }: Partial<Settlement> = {},
  ): Settlement => settle(eventId, status, { attempts: [attempt(eventId)], ...rest });

  it('give back what they were given, to the byte and the millisecond', async () => {
    const event = incoming({ type: 'é€😀', orderingKey: null });
    expect(await events.accept(event)).toEqual({ id: event.id, duplicate: false });
    expect(queue.handedOver).toContain(event.id);
    const claimed = (await mine.claims.claim(event.id)) as ClaimedEvent;
    const { source, provider, type, idempotencyKey, orderingKey, occurredAt, receivedAt, headers } = event;
    expect(claimed.event).toEqual({
      id: event.id,
      source,
      provider,
      type,
      idempotencyKey,
      orderingKey,
      occurredAt,
      receivedAt,
      headers,
    });
    expect(claimed).toMatchObject({ body: event.body, run: 0, claims: 1, attempts: [] });
  });

  it('read a large body on its own', async () => {
    const event = incoming({ body: Buffer.alloc(300 * 1024, 'large') });
    await events.accept(event);
    expect(await mine.claims.claim(event.id)).toMatchObject({ body: null });
    expect((await mine.claims.readBody(event.id)).equals(event.body)).toBe(true);
  });

  it('give nothing to whoever claims twice', async () => {
    const event = incoming();
    await events.accept(event);
    expect(await mine.claims.claim(event.id)).not.toBeNull();
    clock.time += 1;
    expect(await mine.claims.claim(event.id)).toBeNull();
    expect(await mine.settlements.settle(settlement(event.id))).toEqual(OURS);
  });

  it('postpone an event as if it had not been claimed', async () => {
    const event = incoming();
    await events.accept(event);
    await mine.claims.claim(event.id);
    await mine.claims.postpone(event.id, new Date(clock.time + 1000), 'not here');
    expect(await mine.claims.takeDue(100)).not.toContain(event.id);
    clock.time += 1000;
    expect(await mine.claims.takeDue(100)).toContain(event.id);
    expect(await theirs.claims.claim(event.id)).toMatchObject({ claims: 1 });
  });

  it('keep what was said of a failure when a later claim has nothing to say', async () => {
    const event = incoming();
    await events.accept(event);
    await mine.claims.claim(event.id);
    await mine.settlements.settle(
      settlement(event.id, { status: 'RECEIVED', dueAt: clock.now(), error: 'first', attempts: [] }),
    );
    await mine.claims.takeDue(100);
    await mine.claims.claim(event.id);
    await mine.settlements.settle(settlement(event.id, { status: 'FAILED' }));
    const [row] = await dataSource.query<{ error: string }[]>(
      'SELECT last_error AS error FROM events WHERE id = ?',
      [event.id],
    );
    expect(row?.error).toBe('first');
  });

  it('settle the others of a batch in which one cannot be', async () => {
    const three = [incoming(), incoming(), incoming()];
    await Promise.all(three.map((event) => events.accept(event)));
    await Promise.all(three.map(({ id }) => mine.claims.claim(id)));
    const [first, second, third] = three.map(({ id }) => id) as [string, string, string];
    const outcomes = await Promise.allSettled([
      mine.settlements.settle(settlement(first)),
      // The same attempt twice: the key refuses it.
      mine.settlements.settle(settlement(second, { attempts: [attempt(second), attempt(second)] })),
      mine.settlements.settle(settlement(third)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('know a repeat in the same batch and in a later one, and a key of another source from it', async () => {
    const first = incoming();
    const again = incoming({ idempotencyKey: first.idempotencyKey });
    const elsewhere = incoming({ idempotencyKey: first.idempotencyKey, source: 'elsewhere' });
    const answers = await Promise.all([first, again, elsewhere].map((event) => events.accept(event)));
    expect(answers[1]?.id).toBe(answers[0]?.id);
    expect(answers.map(({ duplicate }) => duplicate).toSorted()).toEqual([false, false, true]);
    expect(answers[2]?.duplicate).toBe(false);
    expect(await events.accept(incoming({ idempotencyKey: first.idempotencyKey }))).toEqual({
      id: answers[0]?.id,
      duplicate: true,
    });
  });

  it('give an event to one of two who want it, and to nobody else until its lease is over', async () => {
    const event = incoming();
    await events.accept(event);
    const both = await Promise.all([mine.claims.claim(event.id), theirs.claims.claim(event.id)]);
    expect(both.filter((claimed) => claimed !== null)).toHaveLength(1);
    const [winner, loser] = both[0] ? [mine, theirs] : [theirs, mine];
    clock.time += config.LEASE_MS - 1;
    expect(await loser.claims.claim(event.id)).toBeNull();
    clock.time += 1;
    expect(await loser.claims.claim(event.id)).toMatchObject({ claims: 2 });
    expect(await winner.settlements.settle(settlement(event.id))).toEqual(LOST);
    expect(await loser.settlements.settle(settlement(event.id))).toEqual(OURS);
    expect(await winner.claims.claim(event.id)).toBeNull();
  });

  it('keep a lease that is renewed', async () => {
    const event = incoming();
    await events.accept(event);
    await mine.claims.claim(event.id);
    clock.time += config.LEASE_MS - 1;
    await mine.claims.renew([event.id], mine.lease.end());
    clock.time += config.LEASE_MS - 1;
    expect(await theirs.claims.claim(event.id)).toBeNull();
    expect(await mine.settlements.settle(settlement(event.id))).toEqual(OURS);
  });

  it('bring an event that is to be tried again back when it is due, with its attempts', async () => {
    const event = incoming();
    await events.accept(event);
    await mine.claims.claim(event.id);
    const retryAt = new Date(clock.time + 5000);
    const failed = attempt(event.id, {
      outcome: 'ERRORED',
      result: null,
      error: 'Error: no\n  at x',
      retryAt,
    });
    await mine.settlements.settle(
      settlement(event.id, { status: 'RECEIVED', dueAt: retryAt, error: 'no', attempts: [failed] }),
    );
    expect(await mine.claims.takeDue(100)).not.toContain(event.id);
    clock.time += 5000;
    expect(await mine.claims.takeDue(100)).toContain(event.id);
    expect(await theirs.claims.takeDue(100)).not.toContain(event.id);
    expect(await theirs.claims.claim(event.id)).toMatchObject({
      attempts: [{ handler: 'Handler', attempt: 1, outcome: 'ERRORED', retryAt }],
    });
  });

  it('hand back at once what a process cannot finish', async () => {
    const event = incoming();
    await events.accept(event);
    await mine.claims.claim(event.id);
    await mine.claims.handBack([event.id]);
    expect(await theirs.claims.takeDue(100)).toContain(event.id);
  });

  it('commit an effect and the record of its success together, or neither', async () => {
    const event = incoming();
    await events.accept(event);
    await mine.claims.claim(event.id);
    const effect = async (name: string, keep: boolean): Promise<void> => {
      const transaction = await database.open();
      await transaction.manager.query('INSERT INTO settings (name, value) VALUES (?, ?)', [name, event.id]);
      await mine.settlements.recordInTransaction(transaction, success(event.id, { handler: name }));
      await (keep ? transaction.commit() : transaction.rollback());
    };
    await effect('rolled back', false);
    await effect('committed', true);
    const names = await dataSource.query<{ name: string }[]>('SELECT name FROM settings WHERE value = ?', [
      event.id,
    ]);
    const handlers = await dataSource.query<{ handler: string }[]>(
      'SELECT handler FROM attempts WHERE event_id = ?',
      [event.id],
    );
    expect(names).toEqual([{ name: 'committed' }]);
    expect(handlers).toEqual([{ handler: 'committed' }]);
    const late = await database.open();
    await expect(theirs.settlements.recordInTransaction(late, success(event.id))).rejects.toThrow(
      LeaseLostError,
    );
    await late.rollback();
  });

  describe("a handler's transaction that has ended", () => {
    const write = (manager: EntityManager, name: string): Promise<unknown> =>
      manager.query('INSERT INTO settings (name, value) VALUES (?, ?)', [name, 'late']);
    const written = async (): Promise<string[]> => {
      const rows = await dataSource.query<{ name: string }[]>(
        "SELECT name FROM settings WHERE value = 'late'",
      );
      return rows.map(({ name }) => name);
    };

    it('takes nothing more, and what comes after it is not touched', async () => {
      const ended = await database.open();
      await write(ended.manager, 'rolled back');
      await ended.rollback();
      const next = await database.open();
      await expect(write(ended.manager, 'too late')).rejects.toThrow();
      await expect(ended.manager.transaction((nested) => write(nested, 'too late'))).rejects.toThrow();
      await next.rollback();
      expect(await written()).toEqual([]);
    });

    it('takes along what was asked for before, though nobody waited', async () => {
      const transaction = await database.open();
      const forgotten = write(transaction.manager, 'before the end');
      await transaction.rollback();
      await forgotten.catch(() => undefined);
      expect(await written()).toEqual([]);
    });

    it.each(['commit', 'rollback'] as const)(
      'ended as a whole, in the midst of a nested one: %s',
      async (end) => {
        const transaction = await database.open();
        await write(transaction.manager, `${end}, outer`);
        let goOn = (): void => undefined;
        let hasBegun = (): void => undefined;
        const begun = new Promise<void>((resolve) => {
          hasBegun = resolve;
        });
        const nested = transaction.manager
          .transaction(async (manager) => {
            await write(manager, `${end}, inner`);
            hasBegun();
            await new Promise<void>((resolve) => {
              goOn = resolve;
            });
            await write(manager, `${end}, too late`);
          })
          .catch(() => undefined);
        await begun;
        await transaction[end]();
        const next = await database.open();
        await write(next.manager, `${end}, next`);
        goOn();
        await nested;
        await next.commit();
        const names = (await written()).filter((name) => name.startsWith(end)).toSorted();
        expect(names).toEqual(
          end === 'commit' ? ['commit, inner', 'commit, next', 'commit, outer'] : ['rollback, next'],
        );
      },
    );
  });

  it('let nothing through to a transaction that the database has ended by itself', async () => {
    const transaction = await database.open();
    const query = (sql: string): Promise<unknown> => transaction.manager.query(sql);
    const insert = (name: string): string => `INSERT INTO settings (name, value) VALUES ('${name}', 'over')`;
    await query(insert('before'));
    // As a full disk does it, or a deadlock; the handler takes no notice of the error.
    await query('ROLLBACK');
    const error = kind.name === 'SQLite' ? 'no SQL' : "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213";
    await expect(query(error)).rejects.toThrow();
    await expect(query(insert('after'))).rejects.toThrow();
    await expect(mine.settlements.recordInTransaction(transaction, success(uuidV7()))).rejects.not.toThrow(
      LeaseLostError,
    );
    await transaction.rollback().catch(() => undefined);
    expect(await dataSource.query<unknown[]>("SELECT * FROM settings WHERE value = 'over'")).toEqual([]);
  });

  it('show nothing to others before it is committed', async () => {
    const transaction = await database.open();
    await transaction.manager.query('INSERT INTO settings (name, value) VALUES (?, ?)', ['seen', 'early']);
    const seen = await dataSource.query<unknown[]>("SELECT * FROM settings WHERE value = 'early'");
    await transaction.rollback();
    expect(seen).toEqual([]);
  });

  it('roll back everything when work fails', async () => {
    const before = await dataSource.query<unknown[]>('SELECT * FROM settings');
    await expect(
      database.transaction(async (session) => {
        await session.run('INSERT INTO settings (name, value) VALUES (?, ?)', ['half', 'done']);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await dataSource.query<unknown[]>('SELECT * FROM settings')).toEqual(before);
  });
});
