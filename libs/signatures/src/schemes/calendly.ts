import { hmac } from '../hmac/hmac-scheme.js';

/** https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures */
export const calendly = hmac(
  {
    signed: '{timestamp}.{body}',
    signature: { header: 'calendly-webhook-signature', separator: ',', prefix: 'v1=', encoding: 'hex' },
    timestamp: { at: { prefix: 't=' }, unit: 'seconds', tolerance: 180 },
  },
  'webhook signing key',
);
