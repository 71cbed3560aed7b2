import { describe, expect, it } from 'vitest';
import { definition } from './provider.js';

const CONFIRM = '?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-west-2:123456789012:MyTopic&Token=2336';

function answerTo(message: object): unknown {
  const [handshake] = definition.handshakes;
  if (!handshake) throw new Error('there is no handshake');
  expect(handshake.signed).toBe(true);
  return handshake.answer({
    method: 'POST',
    query: new Map(),
    headers: {},
    body: Buffer.from(JSON.stringify(message)),
    secrets: [],
    isHandshakeSecret: () => false,
  });
}

describe("SNS's confirmation of a subscription", () => {
  it.each([
    `https://sns.us-west-2.amazonaws.com/${CONFIRM}`,
    `https://sns.cn-north-1.amazonaws.com.cn/${CONFIRM}`,
    `https://sns.us-gov-west-1.amazonaws.com/${CONFIRM}`,
  ])('visits %s', (visit) => {
    const answer = answerTo({ Type: 'SubscriptionConfirmation', SubscribeURL: visit });
    expect(answer).toEqual({ status: 200, body: '', effect: { visit } });
  });

  it.each([
    `http://sns.us-west-2.amazonaws.com/${CONFIRM}`,
    `https://sns.us-west-2.amazonaws.com.example.com/${CONFIRM}`,
    `https://sns.us-west-2.amazonaws.com@example.com/${CONFIRM}`,
    `https://user:secret@sns.us-west-2.amazonaws.com/${CONFIRM}`,
    `https://sns.us-west-2.amazonaws.com:8443/${CONFIRM}`,
    `https://sns.us-west-2.amazonaws.com/other${CONFIRM}`,
    `https://sns.us-west-2.evil.amazonaws.com/${CONFIRM}`,
    `https://example.s3.amazonaws.com/${CONFIRM}`,
    `https://sns.s3-us-west-2.amazonaws.com/${CONFIRM}`,
    `https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe`,
    'https://sns.us-west-2.amazonaws.com/',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'no address',
    '',
    null,
    7,
  ])('does not visit %s', (SubscribeURL) => {
    expect(answerTo({ Type: 'SubscriptionConfirmation', SubscribeURL })).toBeNull();
  });

  it.each(['Notification', 'UnsubscribeConfirmation', undefined])('is not %s', (Type) => {
    expect(answerTo({ Type, SubscribeURL: `https://sns.us-west-2.amazonaws.com/${CONFIRM}` })).toBeNull();
  });
});
