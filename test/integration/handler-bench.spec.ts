import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type EventHandler,
  type HandlerContext,
  type JsonValue,
  reject,
  retryLater,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { HandlerBench, type HandlerRun } from 'hookwell/handler-kit/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definition as dropbox } from '../../src/providers/dropbox/provider.js';
import { StripePayments1795000000005 } from '../../src/providers/stripe/migrations/1795000000005-stripe-payments.js';
import { StripePaymentEntity } from '../../src/providers/stripe/payment.entity.js';
import { definition } from '../../src/providers/stripe/provider.js';
import { databaseKinds, type TestDatabase } from '../support/databases.js';

const TYPE = 'payment_intent.succeeded';
const STRIPE = { provider: 'stripe', types: ['payment_intent.*'] };

/** Writes a row, and then does something else. */
type Then = (context: HandlerContext) => JsonValue | undefined | Promise<JsonValue | undefined>;

@WebhookHandler({ ...STRIPE, timeoutMs: 1000 })
class Writes implements EventHandler {
  constructor(private readonly then: Then = () => undefined) {}

  async handle(event: WebhookEvent, context: HandlerContext): Promise<JsonValue | undefined> {
    const manager = await context.transaction();
    await manager.insert(StripePaymentEntity, { id: event.id, amountReceived: 1, currency: 'usd' });
    return this.then(context);
  }
}

@WebhookHandler(STRIPE)
class Charges implements EventHandler {
  async handle(event: WebhookEvent, context: HandlerContext): Promise<JsonValue> {
    return context.sideEffect('charge', () => Promise.resolve({ charged: event.source }));
  }
}

describe.each(databaseKinds)('the handler bench on $name', (kind) => {
  let made: TestDatabase;
  let bench: HandlerBench;

  const open = (): Promise<HandlerBench> =>
    HandlerBench.open({
      definition,
      folder: resolve('src/providers/stripe'),
      entities: [StripePaymentEntity],
      migrations: [StripePayments1795000000005],
      database: made.config.DATABASE_URL,
    });

  beforeAll(async () => {
    made = await kind.make();
  });

  afterAll(() => made.stop());

  beforeEach(async () => {
    bench = await open();
  });

  afterEach(() => bench.close());

  const run = (then: Then, options = {}): Promise<HandlerRun> =>
    bench.run(new Writes(then), bench.event(TYPE), options);
  const rows = (): Promise<number> => bench.manager.count(StripePaymentEntity);

  it('commits what a handler has written, and keeps its result as JSON', async () => {
    const odd = { a: [1], b: undefined } as unknown as JsonValue;
    expect(await run(() => odd)).toEqual({
      outcome: 'SUCCEEDED',
      result: { a: [1] },
      error: null,
      delayMs: null,
      sideEffects: [],
      log: [],
    });
    expect(await run(() => undefined)).toMatchObject({ outcome: 'SUCCEEDED', result: null });
    expect(await rows()).toBe(2);
  });

  it.each<[string, Then, Partial<HandlerRun>]>([
    ['throws', () => Promise.reject(new Error('no')), { outcome: 'ERRORED', error: new Error('no') }],
    ['rejects', () => reject('never'), { outcome: 'REJECTED' }],
    ['puts itself off', () => retryLater(5000, 'not yet'), { outcome: 'LATER', delayMs: 5000 }],
    [
      'throws what is no error',
      () => {
        throw Object.create(null);
      },
      { outcome: 'ERRORED', error: new Error('[Object: null prototype] {}') },
    ],
  ])('rolls back what a handler has written that %s', async (_, then, told) => {
    expect(await run(then)).toMatchObject({ result: null, delayMs: null, ...told });
    expect(await rows()).toBe(0);
  });

  it('rolls back as a whole what a handler has nested, and refuses what it writes too late', async () => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((done) => (end = done));
    let stray: Promise<unknown> = Promise.resolve();
    const failed = await run(async (context) => {
      const manager = await context.transaction();
      await manager.queryRunner?.startTransaction();
      const row = { id: 'stray', amountReceived: 1, currency: 'usd' };
      stray = ended.then(() => manager.insert(StripePaymentEntity, row));
      throw new Error('no');
    });
    expect(failed.outcome).toBe('ERRORED');
    end();
    await expect(stray).rejects.toThrow();
    expect(await rows()).toBe(0);
  });

  it('times a handler out when the clock is moved past its time, and not before', async () => {
    let signal: AbortSignal | undefined;
    let begun: () => void = () => undefined;
    const beginning = new Promise<void>((done) => (begun = done));
    const running = run((context) => {
      ({ signal } = context);
      begun();
      return new Promise(() => undefined);
    });
    await beginning;
    bench.clock.advance(999);
    expect(signal?.aborted).toBe(false);
    bench.clock.advance(1);
    expect(signal?.reason).toMatchObject({ name: 'TimeoutError' });
    const timedOut = await running;
    expect(timedOut).toMatchObject({ outcome: 'TIMED_OUT', result: null });
    expect(timedOut.error?.message).toBe('no result within 1000 ms');
    expect(await rows()).toBe(0);
  });

  it('gives a handler that says nothing of it 30 s', async () => {
    bench.sideEffects.script('charge', () => {
      bench.clock.advance(29_999);
      return 'just in time';
    });
    expect(await bench.run(Charges, bench.event(TYPE))).toMatchObject({ result: 'just in time' });
    bench.sideEffects.script('charge', () => {
      bench.clock.advance(30_000);
      return 'too late';
    });
    expect(await bench.run(Charges, bench.event(TYPE))).toMatchObject({ outcome: 'TIMED_OUT' });
  });

  it('writes nothing in a dry run', async () => {
    expect(await run(() => 'written', { dryRun: true })).toMatchObject({
      outcome: 'SUCCEEDED',
      result: 'written',
    });
    expect(await rows()).toBe(0);
  });

  it('tells a handler which attempt it is, and keeps what it logs', async () => {
    const told = ({ attempt, replay, dryRun, logger }: HandlerContext): JsonValue => {
      logger.warn('careful', { attempt });
      logger.debug('plain');
      return { attempt, replay, dryRun };
    };
    expect(await run(told)).toMatchObject({ result: { attempt: 1, replay: false, dryRun: false } });
    expect(await run(told, { attempt: 2, replay: true })).toMatchObject({
      result: { attempt: 2, replay: true, dryRun: false },
      log: [
        { level: 'warn', message: 'careful', fields: { attempt: 2 } },
        { level: 'debug', message: 'plain', fields: {} },
      ],
    });
  });

  it('gives a handler what its schema parses the payload to', async () => {
    const payload = z.object({ data: z.object({ object: z.object({ amount: z.int() }) }) });
    @WebhookHandler({ ...STRIPE, payload })
    class Parses implements EventHandler<z.infer<typeof payload>> {
      handle(event: WebhookEvent<z.infer<typeof payload>>): Promise<JsonValue> {
        return Promise.resolve(event.payload);
      }
    }
    expect(await bench.run(Parses, bench.event(TYPE))).toMatchObject({
      result: { data: { object: { amount: 2000 } } },
    });
    const wrong = bench.event(TYPE, { payload: { data: { object: { amount: '20.00' } } } });
    const rejected = await bench.run(Parses, wrong);
    expect(rejected.outcome).toBe('REJECTED');
    expect(rejected.error?.message).toMatch(/^payload\.data\.object\.amount: /);
  });

  it('answers by script, which may fail the first times, and remembers a success for the event', async () => {
    const event = bench.event(TYPE);
    bench.sideEffects.script('charge', new Error('busy'), new Error('down'), 'ch_1', 'ch_2');
    const runs: HandlerRun[] = [];
    for (const attempt of [1, 2, 3, 4]) runs.push(await bench.run(Charges, event, { attempt }));
    expect(runs.map(({ outcome }) => outcome)).toEqual(['ERRORED', 'ERRORED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(runs.map(({ error }) => error?.message)).toEqual(['busy', 'down', undefined, undefined]);
    expect(runs.map(({ result }) => result)).toEqual([null, null, 'ch_1', 'ch_1']);
    const call = { key: 'charge', remembered: false };
    expect(runs.map(({ sideEffects }) => sideEffects)).toEqual([
      [{ ...call, outcome: 'ERRORED' }],
      [{ ...call, outcome: 'ERRORED' }],
      [{ ...call, outcome: 'SUCCEEDED' }],
      [{ ...call, remembered: true, outcome: 'SUCCEEDED' }],
    ]);
    for (const result of ['ch_2', 'ch_2']) {
      expect(await bench.run(Charges, bench.event(TYPE))).toMatchObject({ result });
    }
  });

  it("makes the handler's own call where there is no script", async () => {
    expect(await bench.run(Charges, bench.event(TYPE, { source: 'ours' }))).toMatchObject({
      result: { charged: 'ours' },
    });
  });

  it('refuses an event that the handler would never get, and what is no handler', async () => {
    const event = bench.event('invoice.paid');
    await expect(bench.run(Charges, event)).rejects.toThrow(
      'Charges takes payment_intent.* of stripe, and not invoice.paid of stripe',
    );
    const foreign = { ...bench.event(TYPE), provider: 'acme' };
    await expect(bench.run(Charges, foreign)).rejects.toThrow(`and not ${TYPE} of acme`);
    class Plain implements EventHandler {
      handle(): Promise<undefined> {
        return Promise.resolve(undefined);
      }
    }
    await expect(bench.run(Plain, event)).rejects.toThrow(
      'Plain is no handler; decorate it with @WebhookHandler',
    );
  });

  it('runs handlers side by side, each in a transaction of its own, and waits where there can be only one', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((done) => (letGo = done));
    const runs = [run(() => held.then(() => 'first')), run(() => 'second'), run(() => 'third')];
    // Longer than it takes the others to come to their transactions.
    await (await open()).close();
    letGo();
    expect((await Promise.all(runs)).map(({ result }) => result)).toEqual(['first', 'second', 'third']);
    expect(await rows()).toBe(3);
  });

  it('has a database that no other bench sees', async () => {
    const other = await open();
    await bench.run(new Writes(), bench.event(TYPE));
    expect(await other.manager.count(StripePaymentEntity)).toBe(0);
    await other.close();
    expect(await rows()).toBe(1);
  });

  it('takes its database away', async () => {
    const other = await open();
    const name = other.manager.dataSource.driver.database ?? '';
    const isThere = async (): Promise<boolean> => {
      if (kind.name === 'SQLite') return existsSync(name);
      const list = 'SELECT schema_name FROM information_schema.SCHEMATA WHERE schema_name = ?';
      return (await bench.manager.query<unknown[]>(list, [name])).length > 0;
    };
    expect(await isThere()).toBe(true);
    await other.close();
    expect(await isThere()).toBe(false);
  });
});

describe("the bench's sample events", () => {
  let bench: HandlerBench;
  const now = new Date('2026-02-01T00:00:00.000Z');

  beforeEach(async () => {
    const folder = resolve('src/providers/stripe');
    bench = await HandlerBench.open({ definition, folder, entities: [], migrations: [], now });
  });

  afterEach(() => bench.close());

  it('are what the provider would send now, read by its definition', () => {
    const event = bench.event('invoice.paid');
    expect(event).toMatchObject({
      source: 'stripe',
      provider: 'stripe',
      type: 'invoice.paid',
      orderingKey: 'in_1MtHbELkdIwHu7ixl4OzzPMv',
      occurredAt: now,
      receivedAt: now,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(JSON.parse(event.rawBody.toString())).toEqual(event.payload);
    expect(event.payload).toMatchObject({ id: event.idempotencyKey, created: now.getTime() / 1000 });
    const another = bench.event('invoice.paid');
    expect([another.id, another.idempotencyKey]).not.toContain(event.id);
    expect(another.idempotencyKey).not.toBe(event.idempotencyKey);
    bench.clock.advance(60_000);
    expect(bench.event('invoice.paid').receivedAt).toEqual(new Date('2026-02-01T00:01:00.000Z'));
  });

  it('are no repeats of one another where two events may have one body', async () => {
    const folder = resolve('src/providers/dropbox');
    const repeating = await HandlerBench.open({ definition: dropbox, folder, entities: [], migrations: [] });
    try {
      const [one, another] = [repeating.event('list_folder'), repeating.event('list_folder')];
      expect(one.rawBody).toEqual(another.rawBody);
      expect([one.idempotencyKey, another.idempotencyKey]).toEqual([one.id, another.id]);
    } finally {
      await repeating.close();
    }
  });

  it('take other fields, at any depth, and without some', () => {
    const object = { id: 'in_2', lines: { data: [{ id: 'il_1' }] }, status: undefined };
    const event = bench.event('invoice.paid', { payload: { data: { object }, added: { by: 'us' } } });
    expect(event.orderingKey).toBe('in_2');
    expect(event.payload).toMatchObject({
      type: 'invoice.paid',
      data: { object: { id: 'in_2', currency: 'usd', lines: { object: 'list', data: [{ id: 'il_1' }] } } },
      added: { by: 'us' },
    });
    expect(JSON.parse(event.rawBody.toString())).toEqual(event.payload);
    expect(event.payload).not.toHaveProperty('data.object.status');
  });

  it('take what is said beside the payload as it is', () => {
    const said = {
      id: 'ours',
      source: 'stripe-eu',
      orderingKey: null,
      occurredAt: null,
      receivedAt: new Date(0),
    };
    expect(bench.event('invoice.paid', said)).toMatchObject(said);
  });

  it('have a sample, or say which file is missing', () => {
    expect(() => bench.event('invoice.lost')).toThrow(/invoice\.lost\.json/);
  });
});
