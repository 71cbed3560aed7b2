import { expect, it } from 'vitest';
import { definition } from './provider.js';

const payment = { id: 'pay_1', order_id: 'order_1' };

it.each([
  ['the subscription', ['subscription', 'payment'], { subscription: { id: 'sub_1' }, payment }, 'sub_1'],
  ['the order', ['payment', 'order'], { payment, order: { id: 'order_1' } }, 'order_1'],
  ['the order of a payment', ['payment'], { payment }, 'order_1'],
  [
    'the order of a refund',
    ['refund', 'payment'],
    { refund: { id: 'r', payment_id: 'pay_1' }, payment },
    'order_1',
  ],
  ['the payment of a refund', ['refund'], { refund: { id: 'r', payment_id: 'pay_1' } }, 'pay_1'],
  ['a payment without an order', ['payment'], { payment: { id: 'pay_1', order_id: null } }, 'pay_1'],
  ['the first thing that it contains', ['settlement'], { settlement: { id: 'setl_1' } }, 'setl_1'],
])('is kept in order with %s', (_, contains, entities, key) => {
  const payload = Object.fromEntries(Object.entries(entities).map(([name, entity]) => [name, { entity }]));
  const body = Buffer.from(JSON.stringify({ contains, payload }));
  expect(definition.derive({ headers: {}, body }).orderingKey).toBe(key);
});
