import { hmac } from '../hmac/hmac-scheme.js';

/** https://docs.stripe.com/webhooks#verify-manually */
export const stripe = hmac({
  signed: '{timestamp}.{body}',
  signature: { header: 'stripe-signature', separator: ',', prefix: 'v1=', encoding: 'hex' },
  timestamp: { at: { prefix: 't=' }, unit: 'seconds', tolerance: 300 },
});
