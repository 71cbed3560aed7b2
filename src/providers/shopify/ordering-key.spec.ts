import { expect, it } from 'vitest';
import { orderingKey } from './ordering-key.js';

// More digits than a JavaScript number keeps: read as one, it ends in 500.
const ORDER = '820982911946154508';
const GID = `gid://shopify/Order/${ORDER}`;

it.each([
  ['orders/updated', `{"id":${ORDER},"admin_graphql_api_id":"${GID}","refunds":[{"order_id":1}]}`],
  ['orders/edited', `{"order_edit":{"id":78912328793,"app_id":null,"order_id":${ORDER}}}`],
  ['orders/delete', `{"id":${ORDER}}`],
  [
    'fulfillments/create',
    `{"id":123456,"order_id":${ORDER},"admin_graphql_api_id":"gid://shopify/Fulfillment/123456"}`,
  ],
  [
    'refunds/create',
    `{"transactions":[{"order_id":1}],"note":"\\"order_id\\": 2","order_id" : ${ORDER},"admin_graphql_api_id":"gid://shopify/Refund/1"}`,
  ],
  ['order_transactions/create', `{"id":120560818172775265,"order_id":${ORDER}}`],
  ['disputes/create', `{"id":285332461850802050,"order_id":${ORDER}}`],
  [
    'returns/request',
    `{"admin_graphql_api_id":"gid://shopify/Return/1","order":{"admin_graphql_api_id":"${GID}"}}`,
  ],
])('is the order for %s, with all its digits', (topic, body) => {
  expect(orderingKey(topic, Buffer.from(body))).toBe(GID);
});

it.each([
  [
    'products/update',
    '{"id":788032119674292922,"admin_graphql_api_id":"gid://shopify/Product/788032119674292922"}',
  ],
  [
    'draft_orders/create',
    '{"order_id":null,"admin_graphql_api_id":"gid://shopify/DraftOrder/890612572568261625"}',
  ],
])('is the thing itself for %s', (topic, body) => {
  expect(orderingKey(topic, Buffer.from(body))).toBe(
    (JSON.parse(body) as Record<string, unknown>)['admin_graphql_api_id'],
  );
});

it.each([
  ['a thing without a GraphQL id', 'carts/update', '{"id":"eeafa272cebfd4b22385bc4b645e762c"}'],
  ['a number that is none', 'fulfillments/create', '{"order_id":"#1001"}'],
])('is nothing for %s', (_, topic, body) => {
  expect(orderingKey(topic, Buffer.from(body))).toBeNull();
});
