import { hmac } from '../hmac/hmac-scheme.js';

/** https://paystack.com/docs/payments/webhooks */
export const paystack = hmac(
  {
    algorithm: 'sha512',
    signed: '{body}',
    signature: { header: 'x-paystack-signature', encoding: 'hex' },
  },
  'secret key',
);
