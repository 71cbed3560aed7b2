import { hmac } from '../hmac/hmac-scheme.js';

/** https://workos.com/docs/events/data-syncing/webhooks */
export const workos = hmac({
  signed: '{timestamp}.{body}',
  signature: { header: 'workos-signature', separator: ',', spaced: true, prefix: 'v1=', encoding: 'hex' },
  timestamp: { at: { prefix: 't=' }, unit: 'milliseconds', tolerance: 180 },
});
