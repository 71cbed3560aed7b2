import { hmac } from '../hmac/hmac-scheme.js';

/** https://cal.com/docs/developing/guides/automation/webhooks */
export const calcom = hmac(
  {
    signed: '{body}',
    signature: { header: 'x-cal-signature-256', encoding: 'hex' },
  },
  'webhook secret',
);
