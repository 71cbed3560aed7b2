import { hmac } from '../hmac/hmac-scheme.js';

/** https://docs.cdp.coinbase.com/commerce/docs/webhooks-security */
export const coinbaseCommerce = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-cc-webhook-signature', encoding: 'hex' },
  },
  'shared secret',
);
