import type { SignedRequest } from 'hookwell/signatures';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signWith,
  verify as verifyWith,
} from 'node:crypto';
import { EventWebhook } from '@sendgrid/eventwebhook';
import { verifyKey } from 'discord-interactions';
import {
  isContent,
  JSON_BODIES,
  NOW,
  off,
  type OwnSender,
  post,
  seconds,
  textOf,
  withBody,
  withHeader,
} from './own-sender.js';

/** Keys by the secret that the receiver knows them by. */
const privateKeys = new Map<string, KeyObject>();
const keyOf = (secret: string): KeyObject => privateKeys.get(secret) ?? createPrivateKey('no such key');

function ed25519Secret(encoding: 'hex' | 'base64', prefix = ''): string {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bytes = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const secret = prefix + bytes.toString(encoding);
  privateKeys.set(secret, privateKey);
  return secret;
}

function p256Secret(): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  privateKeys.set(secret, privateKey);
  return secret;
}

const bodyForgeries = [
  withBody('a body changed by one byte', (body) => body.replace('1250', '1251')),
  withBody('a body cut short', (body) => body.slice(0, -1)),
  withBody('a body with a line end added', (body) => `${body}\n`),
  withBody('a body with a byte order mark added', (body) => `\uFEFF${body}`),
  withBody('an empty body', () => ''),
];

export const discord: OwnSender = {
  name: 'discord-interactions',
  slug: 'discord',
  secret: ed25519Secret('hex'),
  otherSecret: ed25519Secret('hex'),
  header: 'x-signature-ed25519',
  bodies: JSON_BODIES,
  sign: (body, secret = discord.secret, at = NOW) => discordRequest(body, secret, seconds(at)),
  accepts: ({ headers, rawBody }, secret) =>
    verifyKey(
      rawBody,
      textOf(headers['x-signature-ed25519']),
      textOf(headers['x-signature-timestamp']),
      secret,
    ),
  forgeries: [
    {
      name: 'a signed time with letters behind it',
      reason: 'malformed_header',
      forge: (sender) => discordRequest(JSON_BODIES['as sent'], sender.secret, `${seconds(NOW)}abc`),
    },
  ],
};

function discordRequest(body: string, secret: string, timestamp: string): SignedRequest {
  const signature = signWith(null, Buffer.from(timestamp + body), keyOf(secret)).toString('hex');
  return post(body, { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp });
}

const SENDGRID = 'x-twilio-email-event-webhook-signature';
const SENDGRID_TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

export const sendgrid: OwnSender = {
  name: '@sendgrid/eventwebhook',
  slug: 'sendgrid',
  secret: p256Secret(),
  otherSecret: p256Secret(),
  header: SENDGRID,
  bodies: JSON_BODIES,
  sign: (body, secret = sendgrid.secret, at = NOW) => sendgridRequest(body, secret, seconds(at)),
  accepts: ({ headers, rawBody }, secret) =>
    isContent(() => {
      const webhook = new EventWebhook();
      const key = webhook.convertPublicKeyToECDSA(secret);
      return webhook.verifySignature(
        key,
        rawBody,
        textOf(headers[SENDGRID]),
        textOf(headers[SENDGRID_TIMESTAMP]),
      );
    }),
  forgeries: [
    {
      name: 'a signed time with letters behind it',
      reason: 'malformed_header',
      forge: (sender) => sendgridRequest(JSON_BODIES['as sent'], sender.secret, `${seconds(NOW)}abc`),
    },
  ],
};

function sendgridRequest(body: string, secret: string, timestamp: string): SignedRequest {
  const signed = Buffer.from(timestamp + body);
  let signature: string;
  // No two are of the same length; one that is padded shows what a lenient decoder passes over.
  do signature = signWith('sha256', signed, keyOf(secret)).toString('base64');
  while (!signature.endsWith('='));
  return post(body, { [SENDGRID]: signature, [SENDGRID_TIMESTAMP]: timestamp });
}

/** No package verifies this kind yet: what the specification says. */
export const standardWebhooksPublic: OwnSender = {
  name: 'the steps of its specification',
  slug: 'standard-webhooks',
  secret: ed25519Secret('base64', 'whpk_'),
  otherSecret: ed25519Secret('base64', 'whpk_'),
  header: 'webhook-signature',
  bodies: JSON_BODIES,
  sign: (body, secret = standardWebhooksPublic.secret, at = NOW) => {
    const signature = signWith(null, Buffer.from(`msg_1.${seconds(at)}.${body}`), keyOf(secret)).toString(
      'base64',
    );
    return post(body, {
      'webhook-id': 'msg_1',
      'webhook-timestamp': seconds(at),
      'webhook-signature': `v1a,${signature}`,
    });
  },
  accepts: ({ headers, rawBody }, secret) => {
    const id = textOf(headers['webhook-id']);
    const timestamp = textOf(headers['webhook-timestamp']);
    const signatures = textOf(headers['webhook-signature'])
      .split(' ')
      .filter((item) => item.startsWith('v1a,'));
    const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), rawBody]);
    const isNear = Math.abs(Number(timestamp) - Number(seconds(NOW))) <= 300;
    const holds = signatures.some((item) => {
      const text = item.slice('v1a,'.length);
      const signature = Buffer.from(text, 'base64');
      const isBase64 = signature.toString('base64') === text;
      return isBase64 && verifyWith(null, signed, createPublicKey(keyOf(secret)), signature);
    });
    return isNear && id !== '' && holds;
  },
  forgeries: [
    ...bodyForgeries,
    withHeader('another id', 'webhook-id', () => 'msg_2'),
    withHeader('no id', 'webhook-id', () => '', 'missing_header'),
    withHeader('another timestamp', 'webhook-timestamp', () => seconds(off(1))),
    withHeader(
      'a signature of the kind that a secret makes',
      'webhook-signature',
      (value) => value.replace('v1a,', 'v1,'),
      'malformed_header',
    ),
    {
      name: 'a stale timestamp',
      reason: 'stale_timestamp',
      forge: (sender) => sender.sign(JSON_BODIES['as sent'], sender.secret, off(-301)),
    },
    {
      name: 'a future timestamp',
      reason: 'future_timestamp',
      forge: (sender) => sender.sign(JSON_BODIES['as sent'], sender.secret, off(301)),
    },
  ],
};
