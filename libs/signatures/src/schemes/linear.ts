import { hmac } from '../hmac/hmac-scheme.js';

/** https://linear.app/developers/webhooks */
export const linear = hmac({
  signed: '{body}',
  signature: { header: 'linear-signature', encoding: 'hex' },
  timestamp: { at: { pointer: '/webhookTimestamp' }, unit: 'milliseconds', tolerance: 60 },
});
