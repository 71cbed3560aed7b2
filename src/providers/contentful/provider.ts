import {
  defineProvider,
  headerField,
  joinFields,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { contentful } from 'hookwell/signatures';

/**
 * https://www.contentful.com/developers/docs/webhooks/overview
 *
 * One whose payload has been changed by a transformation may not tell what it is about. The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'contentful',
  displayName: 'Contentful',
  documentation: 'https://www.contentful.com/developers/docs/webhooks/overview',
  scheme: contentful,
  delivery: {
    answerWithinMs: 30_000,
    retries: '2, after 30 seconds each; as many as 99 by a policy of your own',
  },
  derive: ({ headers, body }) => {
    const { sys } = (parseJson(body) ?? {}) as { readonly sys?: unknown };
    return {
      // Now and then one change is sent twice, under the same key.
      id: headerField(headers, 'x-contentful-idempotency-key'),
      type: headerField(headers, 'x-contentful-topic'),
      orderingKey: joinFields(
        stringField(sys, 'space', 'sys', 'id'),
        stringField(sys, 'environment', 'sys', 'id'),
        stringField(sys, 'id'),
      ),
      occurredAt: timeField(stringField(sys, 'deletedAt')) ?? timeField(stringField(sys, 'updatedAt')),
    };
  },
  simulate: ({ type, body, id }) => ({
    headers: {
      'content-type': 'application/vnd.contentful.management.v1+json',
      'x-contentful-topic': type,
      'x-contentful-webhook-name': 'Hookwell',
      'x-contentful-idempotency-key': id,
    },
    body: Buffer.from(body),
  }),
});

export const handlers = [];
