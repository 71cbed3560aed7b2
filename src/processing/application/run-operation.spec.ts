import { Logger } from '@nestjs/common';
import type { WebhookEvent } from 'hookwell/handler-kit';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import type { OpenTransaction, SqlDatabase } from '../../platform/database/sql-database.js';
import { type ClaimedEvent, LeaseLostError } from '../domain/claimed-event.js';
import type { SettlementStore } from '../infrastructure/settlement-store.js';
import type { SideEffectStore } from '../infrastructure/side-effect-store.js';
import { handlerRules } from './handlers/handler-options.js';
import type { RegisteredHandler } from './handlers/handler-registry.js';
import { AttemptGivenUpError, RunOperation } from './run-operation.js';

class Answer extends Error {}

const event = { id: 'an event', source: 'stripe' } as WebhookEvent;
const claimed = { run: 0, attempts: [], holds: [] } as unknown as ClaimedEvent;
const ALONE = { applied: [], endsEvent: null };

describe('RunOperation', () => {
  let commit: () => Promise<void>;
  let record: () => Promise<void>;
  let rollbacks: number;
  let errors: MockInstance<Logger['error']>;
  let runOperation: RunOperation;

  beforeEach(() => {
    errors = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    rollbacks = 0;
    commit = () => Promise.resolve();
    record = () => Promise.resolve();
    const transaction = {
      manager: {},
      commit: () => commit(),
      rollback: () => {
        rollbacks += 1;
        return Promise.resolve();
      },
    } as unknown as OpenTransaction;
    runOperation = new RunOperation(
      { recordInTransaction: () => record() } as unknown as SettlementStore,
      {} as SideEffectStore,
      {
        longestTransactionMs: null,
        open: () => Promise.resolve(transaction),
        isAnswer: (error: unknown) => error instanceof Answer,
      } as unknown as SqlDatabase,
      { now: () => new Date() },
    );
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  function handler(handle: RegisteredHandler['handler']['handle'], name = 'Handler'): RegisteredHandler {
    const options = { provider: 'stripe', types: ['*'], attempts: 3, timeoutMs: 60_000 };
    const rules = handlerRules(name, options);
    return { ...rules, ...options, payload: null, transaction: true, handler: { handle } };
  }

  const writing = handler(async (_, context) => {
    await context.transaction();
    return { done: true };
  });

  it('records a success in its transaction, and commits', async () => {
    const finished = await runOperation.execute(writing, event, claimed, ALONE);
    expect(finished).toMatchObject({
      recorded: 'ATTEMPT',
      attempt: { outcome: 'SUCCEEDED', result: '{"done":true}' },
    });
    expect(rollbacks).toBe(0);
  });

  it('takes a commit that the database refuses for a failed attempt, to be tried again', async () => {
    commit = () => Promise.reject(new Answer('a constraint, checked at the end'));
    const finished = await runOperation.execute(writing, event, claimed, ALONE);
    expect(finished).toMatchObject({
      recorded: false,
      attempt: { outcome: 'ERRORED', error: expect.stringContaining('a constraint') as string },
    });
    expect(finished).toMatchObject({ attempt: { retryAt: expect.any(Date) as Date } });
    // It has ended: on one connection for all, a rollback would end somebody else's.
    expect(rollbacks).toBe(0);
  });

  it('knows nothing of an attempt whose commit was not answered, and says so', async () => {
    commit = () => Promise.reject(new Error('the connection is gone'));
    expect(await runOperation.execute(writing, event, claimed, ALONE)).toBeNull();
    expect(errors.mock.calls[0]?.[0]).toMatchObject({ eventId: 'an event', source: 'stripe' });
  });

  it('gives up, with its siblings, an event that was lost to another worker', async () => {
    record = () => Promise.reject(new LeaseLostError());
    const sibling = handler(
      (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve(null);
          });
        }),
      'Sibling',
    );
    const runs = await Promise.allSettled([
      runOperation.execute(sibling, event, claimed, ALONE),
      runOperation.execute(writing, event, claimed, ALONE),
    ]);
    for (const run of runs) {
      expect(run).toMatchObject({ status: 'rejected', reason: { name: AttemptGivenUpError.name } });
    }
    expect(rollbacks).toBe(1);
  });

  it('takes a handler that throws before it gives a promise as any other that fails', async () => {
    const throwing = handler(() => {
      throw new Error('at once');
    });
    const finished = await runOperation.execute(throwing, event, claimed, ALONE);
    expect(finished).toMatchObject({ attempt: { outcome: 'ERRORED' } });
  });
});
