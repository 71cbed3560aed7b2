import {
  defineProvider,
  headerField,
  joinFields,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { googlePubsub } from 'hookwell/signatures';

/** A message has 10 MB at most, which are more as base64. https://cloud.google.com/pubsub/quotas */
const BODY_LIMIT = 16 * 1024 * 1024;

/**
 * https://cloud.google.com/pubsub/docs/push
 *
 * A message's id is its topic's, so that a message that two subscriptions push to one source is one event for each
 * (https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage). One that comes without its wrapper and without metadata has no
 * id, and its body is the publisher's, who may say the same twice.
 *
 * A message has no type. Many publishers name one in an attribute: `eventType` (Cloud Storage), `ce-type` (CloudEvents). One that is
 * delivered without its wrapper has its metadata in headers, where the subscription writes them. The sample is ours, after the
 * documented fields of Cloud Storage's notifications.
 */
export const definition = defineProvider({
  slug: 'google-pubsub',
  displayName: 'Google Cloud Pub/Sub',
  documentation: 'https://cloud.google.com/pubsub/docs/push',
  scheme: googlePubsub,
  bodyLimit: BODY_LIMIT,
  delivery: {
    answerWithinMs: 10_000,
    retries:
      "until it is acknowledged, for the subscription's retention time (7 days); the deadline is its to set",
  },
  bodiesRepeat: true,
  derive: ({ headers, body }) => {
    const push = parseJson(body);
    const field = (...path: string[]): string | null => stringField(push, 'message', ...path);
    const header = (name: string): string | null => headerField(headers, `x-goog-pubsub-${name}`);
    return {
      id: joinFields(
        stringField(push, 'subscription') ?? header('subscription-name'),
        field('messageId') ?? header('message-id'),
      ),
      type: field('attributes', 'eventType') ?? field('attributes', 'ce-type'),
      orderingKey: field('orderingKey') ?? header('ordering-key'),
      occurredAt: timeField(field('publishTime') ?? header('publish-time')),
    };
  },
  simulate: ({ body, id, now }) => {
    const { message } = JSON.parse(body) as { message: object };
    return jsonRequest(body, { message: { ...message, messageId: id, publishTime: now.toISOString() } });
  },
});

export const handlers = [];
