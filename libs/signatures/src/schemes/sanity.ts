import { hmac } from '../hmac/hmac-scheme.js';

/** https://www.sanity.io/docs/content-lake/webhooks */
export const sanity = hmac(
  {
    signed: '{timestamp}.{body}',
    signature: { header: 'sanity-webhook-signature', separator: ',', prefix: 'v1=', encoding: 'base64url' },
    timestamp: { at: { prefix: 't=' }, unit: 'milliseconds' },
  },
  'webhook secret',
);
