import { HandlerBench } from 'hookwell/handler-kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StripePayments1795000000005 } from './migrations/1795000000005-stripe-payments.js';
import { StripePaymentEntity } from './payment.entity.js';
import { definition } from './provider.js';
import { RecordPayment } from './record-payment.handler.js';

let bench: HandlerBench;

beforeAll(async () => {
  bench = await HandlerBench.open({
    definition,
    folder: import.meta.dirname,
    entities: [StripePaymentEntity],
    migrations: [StripePayments1795000000005],
  });
});

afterAll(() => bench.close());

it('keeps a payment once, however often it is told', async () => {
  const event = bench.event('payment_intent.succeeded');
  for (const replay of [false, true]) {
    expect(await bench.run(RecordPayment, event, { replay })).toMatchObject({ outcome: 'SUCCEEDED' });
  }
  expect(await bench.manager.find(StripePaymentEntity)).toEqual([
    { id: 'pi_3MtwBwLkdIwHu7ix28a3tqPa', amountReceived: 2000, currency: 'usd' },
  ]);
});
