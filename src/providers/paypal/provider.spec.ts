import { expect, it } from 'vitest';
import { definition } from './provider.js';

it.each([
  ['the order of a payment', { id: 'P', supplementary_data: { related_ids: { order_id: 'O' } } }, 'O'],
  ['the order itself', { id: 'O', intent: 'CAPTURE' }, 'O'],
  ['the subscription of a payment', { id: 'S', billing_agreement_id: 'I-1', parent_payment: 'PAY' }, 'I-1'],
  ['the payment of a sale', { id: 'S', parent_payment: 'PAY-1' }, 'PAY-1'],
  ['the dispute', { dispute_id: 'PP-D-1' }, 'PP-D-1'],
  ['the invoice', { invoice: { id: 'INV2-1' } }, 'INV2-1'],
  ['nothing', {}, null],
])('is kept in order with %s', (_, resource, key) => {
  const body = Buffer.from(JSON.stringify({ resource }));
  expect(definition.derive({ headers: {}, body }).orderingKey).toBe(key);
});
