import { hmac } from '../hmac/hmac-scheme.js';

/** https://www.dropbox.com/developers/reference/webhooks */
export const dropbox = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-dropbox-signature', encoding: 'hex' },
  },
  'app secret',
);
