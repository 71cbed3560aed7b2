import { hmac } from '../hmac/hmac-scheme.js';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const standardWebhooks = hmac({
  key: 'whsec',
  signed: '{id}.{timestamp}.{body}',
  signature: { header: 'webhook-signature', separator: ' ', prefix: 'v1,', encoding: 'base64' },
  id: { header: 'webhook-id' },
  timestamp: { at: { header: 'webhook-timestamp' }, unit: 'seconds', tolerance: 300 },
});
