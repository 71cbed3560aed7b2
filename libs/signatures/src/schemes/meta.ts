import { hmac } from '../hmac/hmac-scheme.js';

/** https://developers.facebook.com/docs/graph-api/webhooks/getting-started */
export const meta = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-hub-signature-256', prefix: 'sha256=', encoding: 'hex' },
  },
  'app secret',
);
