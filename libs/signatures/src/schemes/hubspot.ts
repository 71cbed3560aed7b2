import { hmac } from '../hmac/hmac-scheme.js';

/** Version 3 alone: not 1 and 2 of older apps. https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation */
export const hubspot = hmac(
  {
    signed: '{method}{url}{body}{timestamp}',
    signature: { header: 'x-hubspot-signature-v3', encoding: 'base64' },
    timestamp: { at: { header: 'x-hubspot-request-timestamp' }, unit: 'milliseconds', tolerance: 300 },
    unescaped: ":/?@!$'()*,;",
  },
  'client secret',
);
