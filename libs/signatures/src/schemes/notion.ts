import { hmac } from '../hmac/hmac-scheme.js';

/** https://developers.notion.com/reference/webhooks */
export const notion = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-notion-signature', prefix: 'sha256=', encoding: 'hex' },
  },
  'verification token',
);
