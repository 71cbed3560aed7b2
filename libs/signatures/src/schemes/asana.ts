import { hmac } from '../hmac/hmac-scheme.js';

/** Its secret comes with the handshake. https://developers.asana.com/docs/webhooks-guide */
export const asana = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-hook-signature', encoding: 'hex' },
  },
  'X-Hook-Secret',
);
