import { Signature } from '@hubspot/api-client';
import { ADDRESS, headerOf, type Player } from './player.js';

/** What both ways of the package ask for. */
function optionsOf(body: string, timestamp: string, clientSecret: string, url = ADDRESS) {
  return {
    requestBody: body,
    url,
    clientSecret,
    // It is concatenated as it is and compared as a number, whatever the type says.
    timestamp: timestamp as unknown as number,
  };
}

export const hubspot: Player = {
  name: '@hubspot/api-client',
  slug: 'hubspot',
  secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
  otherSecret: 'another',
  header: 'x-hubspot-signature-v3',
  encoding: 'base64',
  prefix: '',
  clock: {
    unit: 'milliseconds',
    tolerance: 300,
    at: { header: 'x-hubspot-request-timestamp', signed: { is: 'behind the body', text: '' } },
  },
  sign: ({ body, at, url }, secret) => ({
    'x-hubspot-request-timestamp': String(at.getTime()),
    'x-hubspot-signature-v3': Signature.getSignature('POST', 'v3', {
      ...optionsOf(body, String(at.getTime()), secret, url),
      signature: '',
    }),
  }),
  verify: (delivery, secret) => {
    try {
      return Signature.isValid({
        ...optionsOf(delivery.body, headerOf(delivery, 'x-hubspot-request-timestamp'), secret),
        method: 'POST',
        signatureVersion: 'v3',
        signature: headerOf(delivery, 'x-hubspot-signature-v3'),
      });
    } catch {
      return false;
    }
  },
};
