import { resolve } from 'node:path';
import {
  type EventHandler,
  type HandlerContext,
  lockRow,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { HandlerBench } from 'hookwell/handler-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StripePayments1795000000005 } from '../../src/providers/stripe/migrations/1795000000005-stripe-payments.js';
import { StripePaymentEntity } from '../../src/providers/stripe/payment.entity.js';
import { definition } from '../../src/providers/stripe/provider.js';
import { databaseKinds, type TestDatabase } from '../support/databases.js';

/** Adds one to a row that all events have in common. */
@WebhookHandler({ provider: 'stripe', types: ['*'] })
class AddOne implements EventHandler {
  async handle(_: WebhookEvent, context: HandlerContext): Promise<number> {
    const manager = await context.transaction();
    // From here on the transaction would see the table as it is now.
    await manager.findBy(StripePaymentEntity, { id: 'pi' });
    const payment = { id: 'pi', currency: 'usd', amountReceived: 0 };
    const known = await lockRow(manager, StripePaymentEntity, payment);
    const amountReceived = known.amountReceived + 1;
    await manager.update(StripePaymentEntity, { id: known.id }, { amountReceived });
    return amountReceived;
  }
}

describe.each(databaseKinds)('lockRow on $name', (kind) => {
  let made: TestDatabase;
  let bench: HandlerBench;

  beforeAll(async () => {
    made = await kind.make();
    bench = await HandlerBench.open({
      definition,
      folder: resolve('src/providers/stripe'),
      entities: [StripePaymentEntity],
      migrations: [StripePayments1795000000005],
      database: made.config.DATABASE_URL,
    });
  });

  afterAll(async () => {
    await bench.close();
    await made.stop();
  });

  it('lets workers that lock one row take turns, each with what the one before has written', async () => {
    const events = Array.from({ length: 8 }, () => bench.event('invoice.paid'));
    const runs = await Promise.all(events.map((event) => bench.run(AddOne, event)));
    expect(runs.map(({ result }) => result as number).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await bench.manager.find(StripePaymentEntity)).toMatchObject([{ amountReceived: 8 }]);
  });
});
