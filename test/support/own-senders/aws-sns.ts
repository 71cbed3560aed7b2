import type { SignedRequest } from 'hookwell/signatures';
import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import { EventEmitter } from 'node:events';
import https from 'node:https';
import MessageValidator from 'sns-validator';
import { vi } from 'vitest';
import { indented, type OwnSender, post, withBody, only } from './own-sender.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';
const message = (change: object = {}): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Subject: 'My First Message',
    Message: 'Hello 1250',
    Timestamp: '2012-05-02T00:54:06.655Z',
    SignatureVersion: '2',
    SigningCertURL:
      'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem',
    UnsubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe',
    ...change,
  });
const CONFIRMATION = {
  Type: 'SubscriptionConfirmation',
  Token: '2336',
  SubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=C',
  Subject: undefined,
};
const END = { ...CONFIRMATION, Type: 'UnsubscribeConfirmation' };
/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html */
const NOTIFICATION_FIELDS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const CONFIRMATION_FIELDS = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
];

function signMessage(text: string, key = rsa.privateKey): SignedRequest {
  const fields = JSON.parse(text) as Record<string, string>;
  const names = fields['Type'] === 'Notification' ? NOTIFICATION_FIELDS : CONFIRMATION_FIELDS;
  const signed = names
    .filter((name) => name in fields)
    .map((name) => `${name}\n${fields[name] ?? ''}\n`)
    .join('');
  const algorithm = fields['SignatureVersion'] === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const Signature = signWith(algorithm, Buffer.from(signed), key).toString('base64');
  return post(JSON.stringify({ ...fields, Signature }), { 'content-type': 'text/plain; charset=UTF-8' });
}

/** The package fetches the certificate itself: it is given the key. */
function snsAccepts({ rawBody }: SignedRequest): Promise<boolean> {
  const get = vi.spyOn(https, 'get').mockImplementation(((_: string, answer: (response: unknown) => void) => {
    const response = Object.assign(new EventEmitter(), { statusCode: 200 });
    process.nextTick(() => {
      answer(response);
      response.emit('data', rsa.publicKey.export({ format: 'pem', type: 'spki' }));
      response.emit('end');
    });
    return new EventEmitter();
  }) as never);
  return new Promise<boolean>((resolve) => {
    new MessageValidator().validate(rawBody.toString(), (error) => {
      resolve(!error);
    });
  }).finally(() => {
    get.mockRestore();
  });
}

export const awsSns: OwnSender = {
  name: 'sns-validator',
  slug: 'aws-sns',
  secret: TOPIC,
  otherSecret: `${TOPIC}-2`,
  header: null,
  bodies: {
    'of version 2': message(),
    'of version 1': message({ SignatureVersion: '1' }),
    'without a subject': message({ Subject: undefined }),
    'to confirm a subscription': message(CONFIRMATION),
    'that tells of the end of a subscription': message(END),
    'of China': message({
      SigningCertURL: 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem',
    }),
    'with characters of every length': message({ Message: 'é€😀\n\u0000' }),
    'of 100 kB': message({ Message: 'x'.repeat(100_000) }),
  },
  others: [
    {
      name: 'an indented body',
      make: () => indented(signMessage(message())),
    },
  ],
  // The secret is no key: it tells whose message it is.
  sign: (body, secret = TOPIC) => signMessage(body.replace(`"${TOPIC}"`, `"${secret}"`)),
  accepts: async (signed, secret) =>
    (await snsAccepts(signed)) &&
    (JSON.parse(signed.rawBody.toString()) as { TopicArn: string }).TopicArn === secret,
  keys: only(rsa.publicKey),
  forgeries: [
    withBody('a message changed', (body) => body.replace('1250', '1251')),
    withBody('a message of another topic', (body) => body.replace(TOPIC, `${TOPIC}x`)),
    withBody('a subject left out', (body) => body.replace('"Subject"', '"Object"')),
    withBody('an address to visit added', (body) =>
      body.replace('{', '{"SubscribeURL":"https://evil.example",'),
    ),
    withBody('an older version of the signature', (body) =>
      body.replace('"SignatureVersion":"2"', '"SignatureVersion":"1"'),
    ),
    withBody(
      'an unknown version',
      (body) => body.replace('"SignatureVersion":"2"', '"SignatureVersion":"3"'),
      'malformed_body',
    ),
    withBody(
      'a version that is a number',
      (body) => body.replace('"SignatureVersion":"2"', '"SignatureVersion":2'),
      'malformed_body',
    ),
    withBody(
      'a type that there is not',
      (body) => body.replace('"Notification"', '"constructor"'),
      'malformed_body',
    ),
    withBody('no signature', (body) => body.replace('"Signature"', '"Sign"'), 'malformed_body'),
    withBody('a body cut short', (body) => body.slice(0, -1), 'malformed_body'),
    withBody('a body with a byte order mark added', (body) => `\uFEFF${body}`, 'malformed_body'),
    withBody('an empty body', () => '', 'malformed_body'),
    ...[
      ['of plain HTTP', 'http://sns.us-east-1.amazonaws.com/a.pem'],
      ['of another host', 'https://sns.us-east-1.amazonaws.com.evil.example/a.pem'],
      ['of a host in the user', 'https://sns.us-east-1.amazonaws.com@evil.example/a.pem'],
      ['of a host that looks alike', 'https://sns.us-east-1.amazonawsxcom/a.pem'],
      ['of another port', 'https://sns.us-east-1.amazonaws.com:8443/a.pem'],
      ['of another kind of file', 'https://sns.us-east-1.amazonaws.com/a.txt'],
      ['of another service', 'https://s3.us-east-1.amazonaws.com/a.pem'],
      ['with a line end', 'https://sns.us-east-1.amazonaws.com/a.pem\\n'],
    ].map(([what = '', url = '']) =>
      withBody(
        `a certificate ${what}`,
        (body) => body.replace(/"SigningCertURL":"[^"]*"/, `"SigningCertURL":"${url}"`),
        'unknown_key',
      ),
    ),
    {
      name: 'a certificate of a bucket named sns',
      reason: 'unknown_key',
      forge: () => signMessage(message({ SigningCertURL: 'https://sns.s3-us-west-2.amazonaws.com/a.pem' })),
    },
    {
      name: 'a certificate whose name is in the query',
      reason: 'unknown_key',
      forge: () =>
        signMessage(message({ SigningCertURL: 'https://sns.us-east-1.amazonaws.com/?Action=x.pem' })),
    },
    {
      name: 'the end of a subscription, signed without its token',
      reason: 'signature_mismatch',
      forge: () => {
        const { rawBody } = signMessage(message({ ...END, Token: undefined }));
        return post(rawBody.toString().replace('{', '{"Token":"2336",'), {});
      },
    },
    {
      name: 'the signature of another key',
      reason: 'signature_mismatch',
      forge: () => signMessage(message(), otherRsa.privateKey),
    },
  ],
};
