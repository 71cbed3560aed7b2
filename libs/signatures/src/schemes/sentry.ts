import { hmac } from '../hmac/hmac-scheme.js';

/** https://docs.sentry.io/integrations/integration-platform/webhooks */
export const sentry = hmac(
  {
    signed: '{body}',
    signature: { header: 'sentry-hook-signature', encoding: 'hex' },
  },
  'client secret',
);
