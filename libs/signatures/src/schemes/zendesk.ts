import { hmac } from '../hmac/hmac-scheme.js';

/** https://developer.zendesk.com/documentation/webhooks/verifying */
export const zendesk = hmac({
  signed: '{timestamp}{body}',
  signature: { header: 'x-zendesk-webhook-signature', encoding: 'base64' },
  timestamp: { at: { header: 'x-zendesk-webhook-signature-timestamp' }, unit: 'iso8601' },
});
