import { eitherOf } from '../hmac/either-of.js';
import { hmac, type HmacScheme } from '../hmac/hmac-scheme.js';

/**
 * Also Clerk's and Resend's. A sender that does not show that it uses Svix has the names of Standard Webhooks.
 * https://docs.svix.com/receiving/verifying-payloads/how-manual
 */
export const svix = eitherOf(namedAfter('svix'), namedAfter('webhook'));

function namedAfter(sender: string): HmacScheme {
  return hmac({
    key: 'whsec',
    signed: '{id}.{timestamp}.{body}',
    signature: { header: `${sender}-signature`, separator: ' ', prefix: 'v1,', encoding: 'base64' },
    id: { header: `${sender}-id` },
    timestamp: { at: { header: `${sender}-timestamp` }, unit: 'seconds', tolerance: 300 },
  });
}
