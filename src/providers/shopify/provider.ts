import {
  defineProvider,
  headerField,
  jsonRequest,
  type ProviderRequest,
  timeField,
} from 'hookwell/handler-kit';
import { shopify } from 'hookwell/signatures';
import { orderingKey } from './ordering-key.js';
import { RecordOrder } from './record-order.handler.js';

/**
 * https://shopify.dev/docs/apps/build/webhooks/delivery-structure
 *
 * The samples are Shopify's own (https://shopify.dev/docs/api/webhooks/latest), which are one order for every topic; in
 * orders/fulfilled it is paid and shipped, as the documentation of the order's fields says.
 */
export const definition = defineProvider({
  slug: 'shopify',
  displayName: 'Shopify',
  documentation: 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https',
  scheme: shopify,
  delivery: { answerWithinMs: 5000, retries: '8 in 4 hours; after that the subscription may be deleted' },
  derive: ({ headers, body }) => ({
    id: eventId(headers),
    type: headerField(headers, 'x-shopify-topic'),
    orderingKey: orderingKey(headerField(headers, 'x-shopify-topic'), body),
    occurredAt: timeField(headerField(headers, 'x-shopify-triggered-at')),
  }),
  simulate: ({ type, body, id, now }) =>
    jsonRequest(
      body,
      {},
      {
        'x-shopify-topic': type,
        'x-shopify-shop-domain': 'example.myshopify.com',
        'x-shopify-api-version': '2026-07',
        'x-shopify-webhook-id': id,
        'x-shopify-event-id': id,
        'x-shopify-triggered-at': now.toISOString(),
      },
    ),
});

/**
 * One event of a shop may be sent under several topics, each of which is news.
 * https://shopify.dev/docs/apps/build/webhooks/ignore-duplicates
 */
function eventId(headers: ProviderRequest['headers']): string | null {
  const id = headerField(headers, 'x-shopify-event-id') ?? headerField(headers, 'x-shopify-webhook-id');
  return id === null ? null : `${headerField(headers, 'x-shopify-topic') ?? ''} ${id}`;
}

export const handlers = [RecordOrder];
