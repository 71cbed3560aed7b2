import { hmac } from '../hmac/hmac-scheme.js';

/** https://razorpay.com/docs/webhooks/validate-test */
export const razorpay = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-razorpay-signature', encoding: 'hex' },
  },
  'webhook secret',
);
