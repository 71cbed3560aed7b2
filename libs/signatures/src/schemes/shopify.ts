import { eitherOf } from '../hmac/either-of.js';
import { hmac } from '../hmac/hmac-scheme.js';

/**
 * Its webhooks, and its Events, whose header has another name.
 * https://shopify.dev/docs/apps/build/webhooks/subscribe/https
 * https://shopify.dev/docs/apps/build/events/verify-deliveries
 */
export const shopify = eitherOf(
  hmac({ signed: '{body}', signature: { header: 'x-shopify-hmac-sha256', encoding: 'base64' } }),
  hmac({ signed: '{body}', signature: { header: 'shopify-hmac-sha256', encoding: 'base64' } }),
);
