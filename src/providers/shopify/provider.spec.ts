import { expect, it } from 'vitest';
import { definition } from './provider.js';

function idOf(
  ids: Readonly<Record<string, string>>,
  topic = 'products/update',
  body = '{"id":1}',
): string | null {
  const headers = { 'x-shopify-topic': topic, ...ids };
  return definition.derive({ headers, body: Buffer.from(body) }).id;
}

const EVENT = { 'x-shopify-event-id': 'e', 'x-shopify-webhook-id': 'w' };

it('is an event for each topic and object of what happened in the shop, and none for each delivery', () => {
  expect(idOf({ ...EVENT, 'x-shopify-webhook-id': 'another' })).toBe(idOf(EVENT));
  expect(idOf({ ...EVENT, 'x-shopify-event-id': 'another' })).not.toBe(idOf(EVENT));
  expect(idOf(EVENT, 'inventory_levels/update')).not.toBe(idOf(EVENT));
  expect(idOf(EVENT, 'products/update', '{"id":2}')).not.toBe(idOf(EVENT));
});

it("has an Event's fields in headers of their own", () => {
  const headers = {
    'shopify-hmac-sha256': 'AAAA',
    'shopify-topic': 'Product',
    'shopify-action': 'update',
    'shopify-resource-id': 'gid://shopify/Product/1',
    'shopify-webhook-id': 'w',
    'shopify-event-id': 'e',
    'shopify-triggered-at': '2026-01-31T12:00:00.000Z',
  };
  expect(definition.derive({ headers, body: Buffer.from('{}') })).toEqual({
    id: 'w',
    type: 'Product/update',
    orderingKey: 'gid://shopify/Product/1',
    occurredAt: new Date('2026-01-31T12:00:00Z'),
  });
});

it("is told by its delivery's id where the event has none", () => {
  expect(idOf({ 'x-shopify-webhook-id': 'w' })).toBe('products/update w');
});
