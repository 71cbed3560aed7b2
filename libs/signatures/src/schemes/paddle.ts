import { hmac } from '../hmac/hmac-scheme.js';

/** https://developer.paddle.com/webhooks/signature-verification */
export const paddle = hmac(
  {
    signed: '{timestamp}:{body}',
    signature: { header: 'paddle-signature', separator: ';', prefix: 'h1=', encoding: 'hex' },
    timestamp: { at: { prefix: 'ts=' }, unit: 'seconds', tolerance: 5 },
  },
  'endpoint secret key',
);
