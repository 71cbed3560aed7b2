import { hmac } from '../hmac/hmac-scheme.js';

/** https://developers.zoom.us/docs/api/webhooks */
export const zoom = hmac(
  {
    signed: 'v0:{timestamp}:{body}',
    signature: { header: 'x-zm-signature', prefix: 'v0=', encoding: 'hex' },
    timestamp: { at: { header: 'x-zm-request-timestamp' }, unit: 'seconds' },
  },
  'secret token',
);
