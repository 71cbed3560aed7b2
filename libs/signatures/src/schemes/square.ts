import { hmac } from '../hmac/hmac-scheme.js';

/** https://developer.squareup.com/docs/webhooks/step3validate */
export const square = hmac(
  {
    signed: '{url}{body}',
    signature: { header: 'x-square-hmacsha256-signature', encoding: 'base64' },
  },
  'signature key',
);
