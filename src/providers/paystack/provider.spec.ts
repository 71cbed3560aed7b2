import { expect, it } from 'vitest';
import { definition } from './provider.js';

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
  const body = Buffer.from(JSON.stringify({ data }));
  expect(definition.derive({ headers: {}, body }).orderingKey).toBe(key);
});
