import { hmac } from '../hmac/hmac-scheme.js';

/** https://developer.pagerduty.com/docs/28e906a0e4f36-verifying-signatures */
export const pagerduty = hmac({
  signed: '{body}',
  signature: {
    header: 'x-pagerduty-signature',
    separator: ',',
    spaced: true,
    prefix: 'v1=',
    encoding: 'hex',
  },
});
