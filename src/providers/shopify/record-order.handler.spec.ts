import { HandlerBench } from 'hookwell/handler-kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ShopifyOrders1795000000002 } from './migrations/1795000000002-shopify-orders.js';
import { ShopifyOrderEntity } from './order.entity.js';
import { definition } from './provider.js';
import { RecordOrder } from './record-order.handler.js';

let bench: HandlerBench;

beforeAll(async () => {
  bench = await HandlerBench.open({
    definition,
    folder: import.meta.dirname,
    entities: [ShopifyOrderEntity],
    migrations: [ShopifyOrders1795000000002],
  });
});

afterAll(() => bench.close());

it('keeps an order as the last event tells it', async () => {
  const id = 'gid://shopify/Order/820982911946154508';
  const made = bench.event('orders/create', { payload: { total_price: '1.00' } });
  expect(await bench.run(RecordOrder, made)).toMatchObject({
    outcome: 'SUCCEEDED',
    result: { order: id, shipmentState: 'unfulfilled' },
  });
  await bench.run(RecordOrder, bench.event('orders/fulfilled'));
  expect(await bench.manager.find(ShopifyOrderEntity)).toEqual([
    { id, name: '#9999', totalPrice: '404.95', currency: 'USD', shipmentState: 'fulfilled' },
  ]);
});
