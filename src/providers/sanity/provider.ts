import { defineProvider, headerField, jsonRequest, timeField } from 'hookwell/handler-kit';
import { sanity } from 'hookwell/signatures';

/**
 * https://www.sanity.io/docs/content-lake/webhooks
 *
 * What happened is in headers, for the body is whatever the webhook's projection makes of the document; without one it is the document.
 * The sample is such a document, made after the documented fields.
 */
export const definition = defineProvider({
  slug: 'sanity',
  displayName: 'Sanity',
  documentation: 'https://www.sanity.io/docs/content-lake/webhooks',
  scheme: sanity,
  delivery: { answerWithinMs: 30_000, retries: 'for 30 min, none after a 4xx but 429' },
  derive: ({ headers }) => ({
    id: headerField(headers, 'idempotency-key'),
    // create, update or delete
    type: headerField(headers, 'sanity-operation'),
    orderingKey: headerField(headers, 'sanity-document-id'),
    occurredAt: timeField(headerField(headers, 'sanity-transaction-time')),
  }),
  simulate: ({ type, body, id, now }) =>
    jsonRequest(
      body,
      {},
      {
        'idempotency-key': id,
        'sanity-operation': type,
        'sanity-document-id': (JSON.parse(body) as { _id: string })._id,
        'sanity-transaction-id': id,
        'sanity-transaction-time': now.toISOString(),
        'sanity-project-id': 'abc12345',
        'sanity-dataset': 'production',
        'sanity-webhook-id': 'example',
      },
    ),
});

export const handlers = [];
