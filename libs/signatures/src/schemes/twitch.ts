import { hmac } from '../hmac/hmac-scheme.js';

/** https://dev.twitch.tv/docs/eventsub/handling-webhook-events */
export const twitch = hmac(
  {
    signed: '{id}{timestamp}{body}',
    signature: { header: 'twitch-eventsub-message-signature', prefix: 'sha256=', encoding: 'hex' },
    id: { header: 'twitch-eventsub-message-id' },
    timestamp: { at: { header: 'twitch-eventsub-message-timestamp' }, unit: 'iso8601', tolerance: 600 },
  },
  'subscription secret',
);
