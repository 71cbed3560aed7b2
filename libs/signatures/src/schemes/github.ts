import { hmac } from '../hmac/hmac-scheme.js';

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export const github = hmac({
  signed: '{body}',
  signature: { header: 'x-hub-signature-256', prefix: 'sha256=', encoding: 'hex' },
});
