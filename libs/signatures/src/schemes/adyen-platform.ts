import { hmac } from '../hmac/hmac-scheme.js';

/** https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures */
export const adyenPlatform = hmac(
  {
    key: 'hex',
    signed: '{body}',
    signature: { header: 'hmacsignature', encoding: 'base64' },
  },
  'HMAC key',
);
