import { hmac } from '../hmac/hmac-scheme.js';

/** https://www.typeform.com/developers/webhooks/secure-your-webhooks */
export const typeform = hmac(
  {
    signed: '{body}',
    signature: { header: 'typeform-signature', prefix: 'sha256=', encoding: 'base64' },
  },
  'webhook secret',
);
