import type { SignedRequest } from 'hookwell/signatures';
import twilioLibrary from 'twilio';
import {
  ADDRESS,
  changed,
  type Forgery,
  FORM_TYPE,
  formOf,
  isContent,
  JSON_BODIES,
  JSON_TYPE,
  type OwnSender,
  post,
  textOf,
  usual,
  withBody,
} from './own-sender.js';

/** As its middleware does. */
function twilioAccepts({ url, headers, rawBody }: SignedRequest, token: string): boolean {
  const signature = textOf(headers['x-twilio-signature']);
  if (url.includes('bodySHA256')) {
    return twilioLibrary.validateRequestWithBody(token, signature, url, rawBody.toString());
  }
  const isForm = textOf(headers['content-type']).includes('form-urlencoded');
  return twilioLibrary.validateRequest(token, signature, url, isForm ? formOf(rawBody) : {});
}

export const twilio: OwnSender = {
  name: 'twilio',
  slug: 'twilio',
  secret: '12345678901234567890123456789012',
  otherSecret: '98765432109876543210987654321098',
  header: 'x-twilio-signature',
  bodies: {
    'of a form': 'CallSid=CA1250&From=%2B14158675309&Digits=1234&Body=Hello+there',
    'of a form with characters of every length': 'Body=%C3%A9%E2%82%AC%F0%9F%98%80%00&CallSid=CA1250',
    'of a form with repeated fields': 'MediaUrl=b&CallSid=CA1250&MediaUrl=a&MediaUrl=b&Empty=',
    'of a form with names in every case': 'b=1&B=2&a=3&_=4&%C3%A9=5',
    'that is empty': '',
    'of 100 kB': `Body=${'x'.repeat(100_000)}`,
  },
  others: Object.entries(JSON_BODIES).map(([what, body]) => ({
    name: `JSON ${what}, whose hash the address has`,
    make: () => signedJson(body),
  })),
  sign: (body, secret = twilio.secret) =>
    post(body, {
      ...FORM_TYPE,
      'x-twilio-signature': twilioLibrary.getExpectedTwilioSignature(
        secret,
        ADDRESS,
        formOf(Buffer.from(body)),
      ),
    }),
  accepts: (signed, secret) => isContent(() => twilioAccepts(signed, secret)),
  forgeries: [
    withBody('a field changed', (body) => body.replace('1250', '1251')),
    withBody('a field added', (body) => `${body}&To=%2B1`),
    withBody('a field left out', (body) => body.replace('&Digits=1234', '')),
    withBody('a body with a byte order mark added', (body) => `\uFEFF${body}`),
    {
      name: 'another address',
      reason: 'signature_mismatch',
      forge: async (sender) => changed(await usual(sender), { url: `${ADDRESS}?x=1` }),
    },
    {
      name: 'JSON whose hash the address has not',
      reason: 'malformed_body',
      forge: () =>
        post(JSON_BODIES['as sent'], {
          ...JSON_TYPE,
          'x-twilio-signature': twilioLibrary.getExpectedTwilioSignature(twilio.secret, ADDRESS, {}),
        }),
    },
    ...['text/plain', 'application/octet-stream', 'text/xml', 'multipart/form-data; boundary=x'].map(
      (type): Forgery => ({
        name: `a form that is called ${type}`,
        reason: 'malformed_body',
        forge: async (sender) => changed(await usual(sender), { headers: { 'content-type': type } }),
      }),
    ),
    {
      name: 'text whose hash the address has not',
      reason: 'malformed_body',
      forge: () =>
        post('Hello', {
          'content-type': 'text/plain',
          'x-twilio-signature': twilioLibrary.getExpectedTwilioSignature(twilio.secret, ADDRESS, {}),
        }),
    },
    {
      name: 'JSON that is not the one of the hash in the address',
      reason: 'signature_mismatch',
      forge: () => changed(signedJson(JSON_BODIES['as sent']), { body: JSON_BODIES.indented }),
    },
    {
      name: 'another hash in the address',
      reason: 'signature_mismatch',
      forge: () => {
        const { url } = signedJson(JSON_BODIES.indented);
        return changed(signedJson(JSON_BODIES['as sent']), { body: JSON_BODIES.indented, url });
      },
    },
  ],
};

/** JSON is signed through its hash in the address. */
export function signedJson(body: string): SignedRequest {
  const url = `${ADDRESS}?bodySHA256=${twilioLibrary.getExpectedBodyHash(body)}`;
  const signature = twilioLibrary.getExpectedTwilioSignature(twilio.secret, url, {});
  return post(body, { ...JSON_TYPE, 'x-twilio-signature': signature }, url);
}
