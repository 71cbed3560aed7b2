import { expect, it } from 'vitest';
import { definition } from './provider.js';

it.each([
  ['the payment, whatever the event calls it', { id: 'x', object: { payment: { id: 'p1' } } }, 'p1'],
  [
    'the payment of a dispute',
    { id: 'd', object: { dispute: { disputed_payment: { payment_id: 'p1' } } } },
    'p1',
  ],
  ['the invoice', { id: 'inv:1', object: { invoice: { id: 'inv:1', order_id: 'o1' } } }, 'inv:1'],
])('is kept in order with %s', (_, data, key) => {
  const body = Buffer.from(JSON.stringify({ data }));
  expect(definition.derive({ headers: {}, body }).orderingKey).toBe(key);
});
