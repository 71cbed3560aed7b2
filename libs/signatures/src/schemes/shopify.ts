import { hmac } from '../hmac/hmac-scheme.js';

/** https://shopify.dev/docs/apps/build/webhooks/subscribe/https */
export const shopify = hmac({
  signed: '{body}',
  signature: { header: 'x-shopify-hmac-sha256', encoding: 'base64' },
});
