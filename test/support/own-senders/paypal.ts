import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { JSON_BODIES, NOW, type OwnSender, post, withBody, withHeader, only } from './own-sender.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

const PAYPAL_SIGNATURE = 'paypal-transmission-sig';
const CERTIFICATE_URL = 'paypal-cert-url';

/** It has no package that verifies: what its page computes. */
export const paypal: OwnSender = {
  name: 'the steps of its page',
  slug: 'paypal',
  secret: '9XL90610J3647323C',
  otherSecret: '8XL90610J3647323C',
  header: PAYPAL_SIGNATURE,
  bodies: JSON_BODIES,
  sign: (body, secret = paypal.secret, at = NOW) => {
    const id = 'd938e770-8046-11e6-8103-6b62a8a99ac4';
    const time = at.toISOString().replace(/\.\d+/, '');
    const signed = `${id}|${time}|${secret}|${crc32(body)}`;
    return post(body, {
      'paypal-transmission-id': id,
      'paypal-transmission-time': time,
      'paypal-auth-algo': 'SHA256withRSA',
      [CERTIFICATE_URL]:
        'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77',
      [PAYPAL_SIGNATURE]: signWith('RSA-SHA256', Buffer.from(signed), rsa.privateKey).toString('base64'),
    });
  },
  accepts: null,
  keys: only(rsa.publicKey),
  forgeries: [
    withBody('a body changed by one byte', (body) => body.replace('1250', '1251')),
    withBody('a body cut short', (body) => body.slice(0, -1)),
    withBody('a body with a byte order mark added', (body) => `\uFEFF${body}`),
    withBody('an empty body', () => ''),
    withHeader('another id', 'paypal-transmission-id', () => 'another'),
    withHeader('another time', 'paypal-transmission-time', () => '2026-01-31T12:00:01Z'),
    withHeader('no time', 'paypal-transmission-time', () => '', 'missing_header'),
    withHeader(
      'a part of the time in the id',
      'paypal-transmission-id',
      (id) => `${id}|2026`,
      'malformed_header',
    ),
    withHeader('another algorithm', 'paypal-auth-algo', () => 'SHA1withRSA', 'malformed_header'),
    ...[
      'http://api.paypal.com/v1/notifications/certs/CERT-1',
      'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
      'https://evilpaypal.com/v1/notifications/certs/CERT-1',
      'https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1',
      'https://evil.example/#.paypal.com/v1/notifications/certs/CERT-1',
      'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
      'https://api.paypal.com/v1/notifications/certs/../../x',
      'https://www.paypal.com/CERT-1',
    ].map((url) => withHeader(`a certificate at ${url}`, CERTIFICATE_URL, () => url, 'unknown_key')),
  ],
};
