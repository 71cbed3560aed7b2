import { sharedToken } from '../shared-token.js';

/**
 * Nothing of the request is signed: only TLS keeps its body. The secret is the header's whole value, `Basic …` say.
 * https://developer.okta.com/docs/concepts/event-hooks/#event-hook-requests
 */
export const okta = sharedToken('authorization', 'authentication secret');
