import { hmac } from '../hmac/hmac-scheme.js';

/** Also Clerk's and Resend's. https://docs.svix.com/receiving/verifying-payloads/how-manual */
export const svix = hmac({
  key: 'whsec',
  signed: '{id}.{timestamp}.{body}',
  signature: { header: 'svix-signature', separator: ' ', prefix: 'v1,', encoding: 'base64' },
  id: { header: 'svix-id' },
  timestamp: { at: { header: 'svix-timestamp' }, unit: 'seconds', tolerance: 300 },
});
