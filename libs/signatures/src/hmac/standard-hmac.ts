import { hmac, type HmacScheme } from './hmac-scheme.js';

/** Seconds, both ways. */
export const STANDARD_TOLERANCE = 300;

/**
 * Standard Webhooks' symmetric signatures.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param stem what the names of the headers begin with
 */
export function standardHmac(stem: string): HmacScheme {
  return hmac({
    key: 'whsec',
    signed: '{id}.{timestamp}.{body}',
    signature: { header: `${stem}-signature`, separator: ' ', prefix: 'v1,', encoding: 'base64' },
    id: { header: `${stem}-id` },
    timestamp: { at: { header: `${stem}-timestamp` }, unit: 'seconds', tolerance: STANDARD_TOLERANCE },
  });
}
