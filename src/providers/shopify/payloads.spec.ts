import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { payloadOf } from 'hookwell/handler-kit';
import { expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { type Order, type ShopifyPayloads, shopifyEvents } from './payloads.js';

const sample: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/orders/create.json'), 'utf8'),
);

it("has Shopify's own fields under the event's topic", () => {
  const { provider, types, payload } = shopifyEvents('orders/create', 'orders/paid');
  const order = payloadOf(payload, { payload: sample });
  expect([provider, types, order.total_price, order.admin_graphql_api_id]).toEqual([
    'shopify',
    ['orders/create', 'orders/paid'],
    '404.95',
    'gid://shopify/Order/820982911946154508',
  ]);
  expectTypeOf(order.total_price).toEqualTypeOf<string | null>();
  // @ts-expect-error a field that an order has not
  expect(order.totl_price).toBeUndefined();
  // @ts-expect-error what the package's class does is no field
  expect(order.save).toBeUndefined();
  // @ts-expect-error a topic that Shopify has not
  shopifyEvents('orders/update');
});

it('has the id alone of what is deleted', () => {
  expectTypeOf<ShopifyPayloads['products/delete']>().toEqualTypeOf<{ readonly id: number }>();
});

it('knows every field that our own schema uses', () => {
  expectTypeOf<keyof z.input<typeof Order>>().toExtend<keyof ShopifyPayloads['orders/create']>();
});
