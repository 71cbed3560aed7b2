import { createHmac } from 'node:crypto';
import type { RejectionReason, SignedRequest } from 'hookwell/signatures';
import {
  changed,
  type Forgery,
  FORM_TYPE,
  isContent,
  JSON_TYPE,
  NOW,
  off,
  type OwnSender,
  post,
  seconds,
  withBody,
} from './own-sender.js';

const mailgunBody = (change: object = {}): string =>
  JSON.stringify({ 'event-data': { id: 'evt_1', event: 'delivered', ...change } });

/** A mail that a route forwards. */
const FORWARDED =
  'recipient=alice%40example.com&Message-Id=%3C1%40example.com%3E&body-plain=caf%C3%A9+%26+tea';

/** It has no package for this: what its page computes. */
const mailgunSignature = (secret: string, timestamp: string, token: string): string =>
  createHmac('sha256', secret).update(timestamp.concat(token)).digest('hex');

/** The fields of the signature, wherever they are. */
function signatureIn({ headers, rawBody }: SignedRequest): Record<string, string> {
  if (headers['content-type'] === FORM_TYPE['content-type']) {
    return Object.fromEntries(new URLSearchParams(rawBody.toString()));
  }
  return (JSON.parse(rawBody.toString()) as { signature: Record<string, string> }).signature;
}

/** The forwarded mail with its form changed, behind the provider's back. */
function withForm(name: string, change: (form: string) => string, reason: RejectionReason): Forgery {
  return {
    name: `a form with ${name}`,
    reason,
    forge: async () => {
      const request = await mailgun.sign(FORWARDED);
      return changed(request, { body: change(request.rawBody.toString()) });
    },
  };
}

export const mailgun: OwnSender = {
  name: 'the steps of its page',
  slug: 'mailgun',
  secret: 'key-0123456789abcdef',
  otherSecret: 'key-fedcba9876543210',
  header: null,
  bodies: {
    'as sent': mailgunBody(),
    'with characters of every length': mailgunBody({ subject: 'é€😀\u0000' }),
    'of 100 kB': mailgunBody({ text: 'x'.repeat(100_000) }),
    'of a mail that a route forwards': FORWARDED,
  },
  sign: (body, secret = mailgun.secret, at = NOW) => {
    const timestamp = seconds(at);
    const token = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123';
    const signature = { timestamp, token, signature: mailgunSignature(secret, timestamp, token) };
    if (!body.startsWith('{')) {
      const form = new URLSearchParams(body);
      for (const [name, value] of Object.entries(signature)) form.set(name, value);
      return post(form.toString(), FORM_TYPE);
    }
    return post(JSON.stringify({ ...(JSON.parse(body) as object), signature }), JSON_TYPE);
  },
  accepts: (request, secret) =>
    isContent(() => {
      const { timestamp = '', token = '', signature } = signatureIn(request);
      // Nothing parts the two.
      return /^\d{10}$/.test(timestamp) && mailgunSignature(secret, timestamp, token) === signature;
    }),
  forgeries: [
    withBody('another token', (body) => body.replace('e0b5', 'e0b6')),
    withBody('another timestamp', (body) => body.replace(seconds(NOW), seconds(off(1)))),
    withBody('a signature cut short', (body) => body.replace(/("signature":")../, '$1'), 'malformed_body'),
    withBody('no signature', (body) => body.replace('"signature":{', '"other":{'), 'malformed_body'),
    withBody(
      'hex digits in capitals',
      (body) =>
        body.replace(/"signature":"(\w+)"/, (item) => item.toUpperCase().replace('SIGNATURE', 'signature')),
      'malformed_body',
    ),
    withBody('no token', (body) => body.replace('"token"', '"tokens"'), 'malformed_body'),
    withBody('an empty body', () => '', 'malformed_body'),
    withBody('a body cut short', (body) => body.slice(0, -1), 'malformed_body'),
    withBody(
      'a digit moved from the timestamp to the token',
      (body) => body.replace(/(\d)","token":"/, '","token":"$1'),
      'malformed_header',
    ),
    withForm('another token', (form) => form.replace('e0b5', 'e0b6'), 'signature_mismatch'),
    withForm(
      'another timestamp',
      (form) => form.replace(seconds(NOW), seconds(off(1))),
      'signature_mismatch',
    ),
    withForm('a signature cut short', (form) => form.slice(0, -1), 'malformed_body'),
    withForm('no signature', (form) => form.replace(/&signature=\w+/, ''), 'malformed_body'),
    withForm('no token', (form) => form.replace(/&token=\w+/, ''), 'malformed_body'),
    withForm('a second token', (form) => `${form}&token=1`, 'malformed_body'),
    withForm('a time that is none', (form) => form.replace('timestamp=', 'timestamp=x'), 'malformed_header'),
    {
      name: 'a form that nobody calls one',
      reason: 'malformed_body',
      forge: async () => ({ ...(await mailgun.sign(FORWARDED)), headers: {} }),
    },
    {
      name: 'a form in several parts, as a mail with attachments comes',
      reason: 'malformed_body',
      forge: async () =>
        changed(await mailgun.sign(FORWARDED), {
          headers: { 'content-type': 'multipart/form-data; boundary=x' },
        }),
    },
  ],
};
