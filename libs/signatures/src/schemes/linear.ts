import { hmac } from '../hmac/hmac-scheme.js';

/** The time is a number, as its package wants it. https://linear.app/developers/webhooks */
export const linear = hmac({
  signed: '{body}',
  signature: { header: 'linear-signature', encoding: 'hex' },
  timestamp: { at: { pointer: '/webhookTimestamp', is: 'number' }, unit: 'milliseconds', tolerance: 60 },
});
