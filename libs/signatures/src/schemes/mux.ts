import { hmac } from '../hmac/hmac-scheme.js';

/** https://www.mux.com/docs/core/verify-webhook-signatures */
export const mux = hmac({
  signed: '{timestamp}.{body}',
  signature: { header: 'mux-signature', separator: ',', prefix: 'v1=', encoding: 'hex' },
  timestamp: { at: { prefix: 't=' }, unit: 'seconds', tolerance: 300 },
});
