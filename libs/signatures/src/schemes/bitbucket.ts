import { hmac } from '../hmac/hmac-scheme.js';

/** https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks */
export const bitbucket = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-hub-signature', prefix: 'sha256=', encoding: 'hex' },
  },
  'webhook secret',
);
