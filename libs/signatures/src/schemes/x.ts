import { hmac } from '../hmac/hmac-scheme.js';

/** https://docs.x.com/x-api/webhooks/quickstart */
export const x = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-twitter-webhooks-signature', prefix: 'sha256=', encoding: 'base64' },
  },
  'consumer secret',
);
