import { hmac } from '../hmac/hmac-scheme.js';

/** https://devcenter.heroku.com/articles/app-webhooks */
export const heroku = hmac(
  {
    signed: '{body}',
    signature: { header: 'heroku-webhook-hmac-sha256', encoding: 'base64' },
  },
  'webhook secret',
);
