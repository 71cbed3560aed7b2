import { hmac } from '../hmac/hmac-scheme.js';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const slack = hmac({
  signed: 'v0:{timestamp}:{body}',
  signature: { header: 'x-slack-signature', prefix: 'v0=', encoding: 'hex' },
  timestamp: { at: { header: 'x-slack-request-timestamp' }, unit: 'seconds', tolerance: 300 },
});
