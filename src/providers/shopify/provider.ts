import {
  bodyDigest,
  defineProvider,
  type DerivedEvent,
  headerField,
  joinFields,
  jsonRequest,
  type ProviderRequest,
  timeField,
} from 'hookwell/handler-kit';
import { shopify } from 'hookwell/signatures';
import { orderingKey } from './ordering-key.js';
import { RecordOrder } from './record-order.handler.js';

/**
 * https://shopify.dev/docs/apps/build/webhooks/delivery-structure
 * Events, which are to follow webhooks, come with headers of their own: https://shopify.dev/docs/apps/build/events/delivery-structure
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
  derive: ({ headers, body }) => (isEvent(headers) ? ofEvents(headers) : ofWebhooks(headers, body)),
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

/** As the scheme tells the two. */
function isEvent(headers: ProviderRequest['headers']): boolean {
  return 'shopify-hmac-sha256' in headers && !('x-shopify-hmac-sha256' in headers);
}

function ofWebhooks(headers: ProviderRequest['headers'], body: Buffer): DerivedEvent {
  const topic = headerField(headers, 'x-shopify-topic');
  return {
    id: eventId(headers, body),
    type: topic,
    orderingKey: orderingKey(topic, body),
    occurredAt: timeField(headerField(headers, 'x-shopify-triggered-at')),
  };
}

/** A delivery keeps its id when it is sent again (https://shopify.dev/docs/apps/build/events/verify-deliveries). */
function ofEvents(headers: ProviderRequest['headers']): DerivedEvent {
  const topic = headerField(headers, 'shopify-topic');
  const action = headerField(headers, 'shopify-action');
  return {
    id: headerField(headers, 'shopify-webhook-id'),
    // `Product/update`, as a webhook has `products/update`.
    type: topic !== null && action !== null ? `${topic}/${action}` : topic,
    orderingKey: headerField(headers, 'shopify-resource-id'),
    occurredAt: timeField(headerField(headers, 'shopify-triggered-at')),
  };
}

/**
 * Several subscriptions are told of one event under its id (https://shopify.dev/docs/apps/build/webhooks/ignore-duplicates). Under one id
 * it may have several topics and several objects, each of which is news, and the body tells them apart: Shopify does not say that, nor that
 * it never is so. The delivery's id is a delivery's alone.
 */
function eventId(headers: ProviderRequest['headers'], body: Buffer): string | null {
  const topic = headerField(headers, 'x-shopify-topic');
  return (
    joinFields(topic, headerField(headers, 'x-shopify-event-id'), bodyDigest(body)) ??
    joinFields(topic, headerField(headers, 'x-shopify-webhook-id'))
  );
}

export const handlers = [RecordOrder];
