import { hmac } from '../hmac/hmac-scheme.js';

/** https://developer.gocardless.com/getting-started/api/handling-webhooks */
export const gocardless = hmac(
  {
    signed: '{body}',
    signature: { header: 'webhook-signature', encoding: 'hex' },
  },
  'webhook endpoint secret',
);
