import { hmac } from '../hmac/hmac-scheme.js';

/** https://developer.xero.com/documentation/guides/webhooks/configuring-your-server */
export const xero = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-xero-signature', encoding: 'base64' },
  },
  'webhooks key',
);
