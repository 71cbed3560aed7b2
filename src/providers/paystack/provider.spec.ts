import { bodyDigest, type DerivedEvent } from 'hookwell/handler-kit';
import { describe, expect, it } from 'vitest';
import { definition } from './provider.js';

const bytes = (event: object): Buffer => Buffer.from(JSON.stringify(event));
const derive = (event: object): DerivedEvent => definition.derive({ headers: {}, body: bytes(event) });

it.each([
  [
    'the subscription of an invoice',
    { subscription: { subscription_code: 'SUB_1' }, transaction: { reference: 'R' } },
    'SUB_1',
  ],
  ['the transaction of a refund', { transaction_reference: 'T1', id: 7 }, 'T1'],
  ['the transaction of a dispute', { id: 7, transaction: { reference: 'T1' } }, 'T1'],
  ['the transfer', { transfer_code: 'TRF_1', recipient: { recipient_code: 'RCP_1' } }, 'TRF_1'],
])('is kept in order with %s', (_, data, key) => {
  expect(derive({ data }).orderingKey).toBe(key);
});

describe('a repeat', () => {
  it.each([
    ['charge.success', { reference: 'R' }],
    ['subscription.create', { subscription_code: 'SUB_1' }],
    ['subscription.disable', { subscription_code: 'SUB_1' }],
    ['charge.dispute.create', { id: 7 }],
    ['dedicatedaccount.assign.success', { customer: { id: 7 } }],
    ['refund.processed', { transaction_reference: 'T1', refund_reference: 'TRF_1' }],
  ])('of %s has its body', (event, data) => {
    expect(derive({ event, data }).id).toBe(bodyDigest(bytes({ event, data })));
  });

  it.each([
    ['customeridentification.failed', { customer_code: 'CUS_1' }],
    ['customeridentification.success', { customer_code: 'CUS_1' }],
    ['dedicatedaccount.assign.failed', { customer: { id: 7 } }],
    ['subscription.not_renew', { subscription_code: 'SUB_1', next_payment_date: '2026-02-01T00:00:00.000Z' }],
    ['charge.dispute.remind', { id: 7, created_at: '2026-01-31T12:00:00.000Z' }],
    ['refund.pending', { transaction_reference: 'T1', refund_reference: null, amount: 50 }],
  ])('of %s cannot be told from the next event', (event, data) => {
    expect(derive({ event, data }).id).toBeNull();
    expect(definition.bodiesRepeat).toBe(true);
  });
});

it('has the time at which a dispute was settled, not that at which it was made', () => {
  const data = { created_at: '2020-11-24T13:46:36.000Z', resolvedAt: '2020-11-24T14:00:02.000Z' };
  const { occurredAt } = derive({ event: 'charge.dispute.resolve', data });
  expect(occurredAt).toEqual(new Date(data.resolvedAt));
});

it.each(['subscription.not_renew', 'subscription.disable', 'charge.dispute.remind'])(
  'does not take the time at which its subject was made for the time of a %s',
  (event) => {
    const data = { created_at: '2016-10-01T10:59:59.000Z', createdAt: '2016-10-01T10:59:59.000Z' };
    expect(derive({ event, data }).occurredAt).toBeNull();
    expect(derive({ event: 'subscription.create', data }).occurredAt).toEqual(new Date(data.created_at));
  },
);
