import { hmac } from '../hmac/hmac-scheme.js';

/** https://woocommerce.com/document/webhooks */
export const woocommerce = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-wc-webhook-signature', encoding: 'base64' },
  },
  'webhook secret',
);
