import { hmac } from '../hmac/hmac-scheme.js';

/** https://docs.lemonsqueezy.com/help/webhooks/signing-requests */
export const lemonsqueezy = hmac({
  signed: '{body}',
  signature: { header: 'x-signature', encoding: 'hex' },
});
