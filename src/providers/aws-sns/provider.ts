import {
  defineProvider,
  type Handshake,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { awsSns } from 'hookwell/signatures';

/** https://docs.aws.amazon.com/general/latest/gr/sns.html */
const HOST = /^sns\.[a-z]{2,3}(-[a-z]+)+-\d{1,2}\.amazonaws\.com(\.cn)?$/;

/**
 * The signature holds only for a topic that is a secret of the source, so no other can be subscribed to.
 * https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
 */
const subscriptionConfirmation: Handshake = {
  signed: true,
  answer: ({ body }) => {
    const message = parseJson(body);
    if (stringField(message, 'Type') !== 'SubscriptionConfirmation') return null;
    const visit = confirmationAddress(stringField(message, 'SubscribeURL'));
    return visit === null ? null : { status: 200, body: '', effect: { visit } };
  },
};

/** An address of SNS that confirms, and nothing else that it could do for whoever visits it. */
function confirmationAddress(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const { protocol, username, password, host, pathname, searchParams } = new URL(text);
  const isOfSns = protocol === 'https:' && username === '' && password === '' && HOST.test(host);
  return isOfSns && pathname === '/' && searchParams.get('Action') === 'ConfirmSubscription' ? text : null;
}

/**
 * UnsubscribeConfirmation is an event: to visit its address would subscribe anew.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
 *
 * The sample is Amazon's (https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html).
 */
export const definition = defineProvider({
  slug: 'aws-sns',
  displayName: 'Amazon SNS',
  documentation: 'https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html',
  scheme: awsSns,
  delivery: { answerWithinMs: 15_000, retries: 'as the delivery policy says' },
  answer: { status: 200, body: '' },
  handshakes: [subscriptionConfirmation],
  derive: ({ body }) => {
    const message = parseJson(body);
    return {
      id: stringField(message, 'MessageId'),
      type: stringField(message, 'Type'),
      orderingKey: null,
      occurredAt: timeField(stringField(message, 'Timestamp')),
    };
  },
  simulate: ({ type, body, id }) =>
    jsonRequest(
      body,
      { MessageId: id },
      {
        'content-type': 'text/plain; charset=UTF-8',
        'x-amz-sns-message-type': type,
        'x-amz-sns-message-id': id,
      },
    ),
});

export const handlers = [];
