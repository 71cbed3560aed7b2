import { signRequest } from '@contentful/node-apps-toolkit';
import { Signature } from '@hubspot/api-client';
import { WebhooksHelper } from 'square';
import twilioLibrary from 'twilio';
import { mac } from '../players/player.js';

/** Signs requests as a provider's own package does, for the address that the provider was given. */
export interface AddressSigner {
  readonly slug: string;
  readonly secret: string;
  /** What of the address is signed. */
  readonly signs: 'all of it' | 'path and query';
  readonly body: (id: string) => string;
  sign(url: string, body: string): Promise<Record<string, string>> | Record<string, string>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const jsonBody = (id: string): string => JSON.stringify({ id });

/** Its package only verifies: what is signed by the documented formula has to pass there first. */
const square: AddressSigner = {
  slug: 'square',
  secret: 'asdf1234',
  signs: 'all of it',
  body: jsonBody,
  async sign(url, body) {
    const signature = mac(url + body, square.secret, 'base64');
    const taken = await WebhooksHelper.verifySignature({
      requestBody: body,
      signatureHeader: signature,
      signatureKey: square.secret,
      notificationUrl: url,
    });
    if (!taken) throw new Error("Square's package does not take it");
    return { ...JSON_TYPE, 'x-square-hmacsha256-signature': signature };
  },
};

const twilio: AddressSigner = {
  slug: 'twilio',
  secret: '12345678901234567890123456789012',
  signs: 'all of it',
  body: (id) => `CallSid=${id}&From=%2B14158675309`,
  sign: (url, body) => ({
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': twilioLibrary.getExpectedTwilioSignature(
      twilio.secret,
      url,
      Object.fromEntries(new URLSearchParams(body)),
    ),
  }),
};

const hubspot: AddressSigner = {
  slug: 'hubspot',
  secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
  signs: 'all of it',
  body: jsonBody,
  sign(url, body) {
    const timestamp = Date.now();
    const options = { url, requestBody: body, clientSecret: hubspot.secret, timestamp, signature: '' };
    return {
      ...JSON_TYPE,
      'x-hubspot-request-timestamp': String(timestamp),
      'x-hubspot-signature-v3': Signature.getSignature('POST', 'v3', options),
    };
  },
};

const contentful: AddressSigner = {
  slug: 'contentful',
  secret: 'a'.repeat(64),
  signs: 'path and query',
  body: jsonBody,
  sign(url, body) {
    const path = url.slice(new URL(url).origin.length);
    const headers = { ...JSON_TYPE, 'x-contentful-topic': 'ContentManagement.Entry.publish' };
    const signed = signRequest(contentful.secret, { method: 'POST', path, headers, body }, Date.now());
    return { ...headers, ...(signed as unknown as Record<string, string>) };
  },
};

export const addressSigners: readonly AddressSigner[] = [square, twilio, hubspot, contentful];
