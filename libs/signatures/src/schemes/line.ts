import { hmac } from '../hmac/hmac-scheme.js';

/** https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature */
export const line = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-line-signature', encoding: 'base64' },
  },
  'channel secret',
);
