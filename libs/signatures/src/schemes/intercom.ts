import { hmac } from '../hmac/hmac-scheme.js';

/** https://developers.intercom.com/docs/webhooks/setting-up-webhooks */
export const intercom = hmac(
  {
    algorithm: 'sha1',
    signed: '{body}',
    signature: { header: 'x-hub-signature', prefix: 'sha1=', encoding: 'hex' },
  },
  'client secret',
);
