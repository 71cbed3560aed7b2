import { HandlerBench } from 'hookwell/handler-kit/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StripeInvoiceEntity } from './invoice.entity.js';
import { StripeInvoices1795000000001 } from './migrations/1795000000001-stripe-invoices.js';
import { definition } from './provider.js';
import { RecordInvoice } from './record-invoice.handler.js';

let bench: HandlerBench;

beforeEach(async () => {
  bench = await HandlerBench.open({
    definition,
    folder: import.meta.dirname,
    entities: [StripeInvoiceEntity],
    migrations: [StripeInvoices1795000000001],
  });
});

afterEach(() => bench.close());

const ID = 'in_1MtHbELkdIwHu7ixl4OzzPMv';
const PAID = { id: ID, status: 'paid', amountDue: 1000, currency: 'usd' };

it('keeps an invoice, and that it was paid', async () => {
  const created = await bench.run(RecordInvoice, bench.event('invoice.created'));
  expect(created).toMatchObject({ outcome: 'SUCCEEDED', result: { invoice: ID, status: 'draft' } });
  await bench.run(RecordInvoice, bench.event('invoice.paid'));
  expect(await bench.manager.find(StripeInvoiceEntity)).toEqual([PAID]);
});

it('leaves a paid invoice as it was paid', async () => {
  await bench.run(RecordInvoice, bench.event('invoice.paid'));
  const created = bench.event('invoice.created', { payload: { data: { object: { amount_due: 900 } } } });
  const late = await bench.run(RecordInvoice, created);
  expect(late).toMatchObject({ outcome: 'SUCCEEDED', result: { invoice: ID, status: 'paid' } });
  expect(await bench.manager.find(StripeInvoiceEntity)).toEqual([PAID]);
});

it('rejects for good an invoice without an amount, and names the field', async () => {
  const event = bench.event('invoice.paid', { payload: { data: { object: { amount_due: null } } } });
  const run = await bench.run(RecordInvoice, event);
  expect(run.outcome).toBe('REJECTED');
  expect(run.error?.message).toMatch(/^payload\.data\.object\.amount_due: /);
  expect(await bench.manager.count(StripeInvoiceEntity)).toBe(0);
});
