import { hmac } from '../hmac/hmac-scheme.js';

/** https://vercel.com/docs/webhooks/webhooks-api */
export const vercel = hmac(
  {
    algorithm: 'sha1',
    signed: '{body}',
    signature: { header: 'x-vercel-signature', encoding: 'hex' },
  },
  'webhook secret, or the integration secret',
);
