import { createHmac } from 'node:crypto';
import { isContent, JSON_TYPE, NOW, off, type OwnSender, post, seconds, withBody } from './own-sender.js';

const mailgunBody = (change: object = {}): string =>
  JSON.stringify({ 'event-data': { id: 'evt_1', event: 'delivered', ...change } });

/** It has no package for this: what its page computes. */
const mailgunSignature = (secret: string, timestamp: string, token: string): string =>
  createHmac('sha256', secret).update(timestamp.concat(token)).digest('hex');

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
  },
  sign: (body, secret = mailgun.secret, at = NOW) => {
    const timestamp = seconds(at);
    const token = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123';
    const signature = { timestamp, token, signature: mailgunSignature(secret, timestamp, token) };
    return post(JSON.stringify({ ...(JSON.parse(body) as object), signature }), JSON_TYPE);
  },
  accepts: ({ rawBody }, secret) =>
    isContent(() => {
      const { signature } = JSON.parse(rawBody.toString()) as { signature: Record<string, string> };
      return (
        mailgunSignature(secret, signature['timestamp'] ?? '', signature['token'] ?? '') ===
        signature['signature']
      );
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
      (body) => body.replace(/(\d)","token":"/, '","token":"$1').replace('"timestamp":"', '"timestamp":"x'),
      'malformed_header',
    ),
  ],
};
