import { hmac } from '../hmac/hmac-scheme.js';

/** One header for each of its keys. https://developers.docusign.com/platform/webhooks/connect/hmac */
export const docusign = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-docusign-signature-*', encoding: 'base64' },
  },
  'Connect HMAC key',
);
