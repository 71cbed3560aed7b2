import { Logger } from '@nestjs/common';
import {
  type EventHandler,
  type HandlerContext,
  type JsonValue,
  type WebhookEvent,
  WebhookHandler,
} from 'hookwell/handler-kit';
import { HandlerBench } from 'hookwell/handler-kit/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { definition } from '../../../providers/stripe/provider.js';
import type { SideEffectKey } from '../../infrastructure/side-effect-store.js';
import { handlerContext } from './handler-context.js';
import type { OperationTransaction } from './operation-transaction.js';

/** What a handler does in an attempt; `timeOut` has its time be over. */
type Work = (context: HandlerContext, timeOut: () => void) => Promise<JsonValue>;

/** Gives contexts to attempts of one operation. */
interface Subject {
  /** Rejects with what the attempt fails with. */
  attempt(work: Work, options?: { dryRun?: boolean; transaction?: boolean }): Promise<JsonValue>;
  close(): Promise<void>;
}

const EVENT = { id: 'event', source: 'stripe' };

function inPipeline(): Subject {
  const memory = new Map<string, JsonValue>();
  const sideEffects = {
    find: (key: SideEffectKey) => {
      const result = memory.get(JSON.stringify(key));
      return Promise.resolve(result === undefined ? null : { result });
    },
    remember: (key: SideEffectKey, result: JsonValue) => {
      memory.set(JSON.stringify(key), result);
      return Promise.resolve();
    },
  };
  return {
    attempt(work, { dryRun = false, transaction: mayWrite = true } = {}) {
      const abort = new AbortController();
      const opened = {
        isOpen: false,
        manager() {
          this.isOpen = true;
          return Promise.resolve({});
        },
      };
      const context = handlerContext(
        {
          registered: { name: 'Handler', transaction: mayWrite },
          event: EVENT,
          attempt: 1,
          replay: false,
          signal: abort.signal,
          transaction: opened as unknown as OperationTransaction,
          sideEffects,
        },
        dryRun,
      );
      return work(context, () => {
        abort.abort(new Error('its time is over'));
      });
    },
    close: () => Promise.resolve(),
  };
}

async function inTestKit(): Promise<Subject> {
  const folder = 'src/providers/stripe';
  const bench = await HandlerBench.open({ definition, folder, entities: [], migrations: [] });
  const event = bench.event('invoice.paid');
  return {
    async attempt(work, { dryRun = false, transaction = true } = {}) {
      let done: Promise<JsonValue> | undefined;
      @WebhookHandler({ provider: 'stripe', types: ['*'], timeoutMs: 1000, transaction })
      class Handler implements EventHandler {
        handle(_: WebhookEvent, context: HandlerContext): Promise<JsonValue> {
          done = work(context, () => {
            bench.clock.advance(1000);
          });
          return done;
        }
      }
      await bench.run(Handler, event, { dryRun });
      if (!done) throw new Error('the handler was not run');
      return done;
    },
    close: () => bench.close(),
  };
}

const never = (): Promise<never> => Promise.reject(new Error('called again'));

describe.each([
  { where: 'the pipeline', open: () => Promise.resolve(inPipeline()) },
  { where: 'the test kit', open: inTestKit },
])("a handler's context in $where", ({ open }) => {
  let subject: Subject;

  beforeEach(async () => {
    subject = await open();
  });

  afterEach(() => subject.close());

  it('remembers a call that has succeeded, and makes it once', async () => {
    const charge: Work = (context) => context.sideEffect('charge', () => Promise.resolve({ id: 'ch_1' }));
    expect(await subject.attempt(charge)).toEqual({ id: 'ch_1' });
    expect(await subject.attempt((context) => context.sideEffect('charge', never))).toEqual({ id: 'ch_1' });
    const another = subject.attempt((context) => context.sideEffect('mail', never));
    await expect(another).rejects.toThrow('called again');
  });

  it('remembers that a call gave nothing', async () => {
    await subject.attempt((context) => context.sideEffect('charge', () => Promise.resolve(null)));
    expect(await subject.attempt((context) => context.sideEffect('charge', never))).toBeNull();
  });

  it('makes a call again that has failed', async () => {
    const failed = subject.attempt((context) =>
      context.sideEffect('charge', () => Promise.reject(new Error('declined'))),
    );
    await expect(failed).rejects.toThrow('declined');
    const again: Work = (context) => context.sideEffect('charge', () => Promise.resolve('paid'));
    expect(await subject.attempt(again)).toBe('paid');
  });

  it('remembers a result that comes when the time is over, and makes no further call then', async () => {
    const late = subject.attempt(async (context, timeOut) => {
      await context.sideEffect('charge', () => {
        timeOut();
        return Promise.resolve('paid');
      });
      return context.sideEffect('mail', never);
    });
    await expect(late).rejects.toThrow(/time is over|no result within 1000 ms/);
    expect(await subject.attempt((context) => context.sideEffect('charge', never))).toBe('paid');
  });

  it.each(['', 'x'.repeat(129)])('takes no key of no or too many characters: %j', async (key) => {
    const call = subject.attempt((context) => context.sideEffect(key, never));
    await expect(call).rejects.toThrow('the key of a side effect must have 1 to 128 characters');
  });

  it('takes a key of 128 characters', async () => {
    const key = 'x'.repeat(128);
    const call: Work = (context) => context.sideEffect(key, () => Promise.resolve(1));
    expect(await subject.attempt(call)).toBe(1);
  });

  it('makes no call once the transaction is open, whose rollback would not undo it', async () => {
    const call = subject.attempt(async (context) => {
      await context.transaction();
      return context.sideEffect('charge', never);
    });
    await expect(call).rejects.toThrow('side effect charge must come before context.transaction()');
  });

  it('makes no call in a dry run, but knows what is remembered', async () => {
    const dryRun = true;
    await expect(
      subject.attempt((context) => context.sideEffect('charge', never), { dryRun }),
    ).rejects.toThrow('charge');
    await subject.attempt((context) => context.sideEffect('charge', () => Promise.resolve('paid')));
    const known = await subject.attempt((context) => context.sideEffect('charge', never), { dryRun });
    expect(known).toBe('paid');
    expect(await subject.attempt((context) => Promise.resolve(context.dryRun), { dryRun })).toBe(true);
  });

  it('opens no transaction for a handler that has declared that it needs none', async () => {
    const work: Work = (context) => context.transaction().then(() => null);
    await expect(subject.attempt(work, { transaction: false })).rejects.toThrow(
      'Handler is declared with transaction: false; take that away to write here',
    );
  });
});

it("a handler's log lines carry the event, its source and the handler", async () => {
  const lines: unknown[] = [];
  for (const level of ['debug', 'log', 'warn', 'error'] as const) {
    const spy = vi.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => lines.push(line));
    onTestFinished(() => {
      spy.mockRestore();
    });
  }
  await inPipeline().attempt(({ logger }) => {
    logger.debug('a', { eventId: 'mine' });
    logger.log('b');
    logger.warn('c');
    logger.error('d', { order: 7 });
    return Promise.resolve(null);
  });
  const carried = { eventId: 'event', source: 'stripe' };
  expect(lines).toEqual([
    { message: 'a', ...carried },
    { message: 'b', ...carried },
    { message: 'c', ...carried },
    { message: 'd', order: 7, ...carried },
  ]);
});
