import { verify } from 'node:crypto';
import { sameText } from '../constant-time.js';
import { recordOf } from '../json-record.js';
import { Refusal } from '../refusal.js';
import type { FetchedKeyScheme } from '../scheme.js';
import { strictly } from '../secret.js';

const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
]);
/** What each type has to have beside what all have. */
const NEEDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['Notification', []],
  ['SubscriptionConfirmation', ['SubscribeURL', 'Token']],
  ['UnsubscribeConfirmation', ['SubscribeURL', 'Token']],
]);
const ALWAYS_NEEDED = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'];
/** Those that are there are signed, in this order; so none can be slipped in. */
const SIGNED = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
/** Of a region, eu-west-1 say, and of nothing else that has such an address: a bucket named sns has one too. */
const CERTIFICATE = /^https:\/\/sns\.[a-z]{2,3}(-[a-z]+)+-\d{1,2}\.amazonaws\.com(\.cn)?\/[\w-]+\.pem$/;
const TOPIC = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/;

/**
 * The secret is the one topic whose messages are taken: SNS signs for everybody's topics. MessageAttributes and UnsubscribeURL are
 * not signed, nor is anything in raw message delivery, which is refused.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
export const awsSns: FetchedKeyScheme = {
  keys: 'fetched',
  secretName: 'ARN of the topic',
  secretProblem: (secret) => (TOPIC.test(secret) ? null : 'must be the ARN of a topic: arn:aws:sns:…'),
  read: (request) => {
    if (request.optionalHeader('x-amz-sns-rawdelivery')?.toLowerCase() === 'true') {
      throw new Refusal(
        'malformed_body',
        'raw message delivery is not signed: switch it off at the subscription',
      );
    }
    const message = recordOf(request.json());
    const field = (name: string): string => textOf(message, name);
    const topic = field('TopicArn');
    const algorithm = ALGORITHMS.get(field('SignatureVersion'));
    if (algorithm === undefined) throw new Refusal('malformed_body', 'SignatureVersion is neither 1 nor 2');
    const url = field('SigningCertURL');
    if (!CERTIFICATE.test(url)) throw new Refusal('unknown_key', 'SigningCertURL is not an address of SNS');
    const signature = strictly(field('Signature'), 'base64');
    if (signature.length === 0) throw new Refusal('malformed_body', 'Signature is not base64');
    const signed = signedOf(message);
    return {
      signed: [signed],
      key: (secret) => (sameText(topic, secret) ? { kind: 'certificate', url } : null),
      matches: (_, key) =>
        key.asymmetricKeyType === 'rsa' && verify(algorithm, Buffer.from(signed), key, signature),
    };
  },
};

function signedOf(message: Readonly<Record<string, unknown>>): string {
  const needed = NEEDED.get(textOf(message, 'Type'));
  if (!needed) throw new Refusal('malformed_body', 'Type is none of SNS');
  for (const name of [...ALWAYS_NEEDED, ...needed]) textOf(message, name);
  return SIGNED.filter((name) => (message[name] ?? null) !== null)
    .map((name) => `${name}\n${textOf(message, name)}\n`)
    .join('');
}

function textOf(message: Readonly<Record<string, unknown>>, name: string): string {
  const value = message[name];
  if (typeof value === 'string') return value;
  throw new Refusal('malformed_body', `the body has no ${name}: it is no message of SNS`);
}
