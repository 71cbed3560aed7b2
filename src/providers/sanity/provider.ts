import { defineProvider, headerField, jsonRequest, timeField } from 'hookwell/handler-kit';
import { sanity } from 'hookwell/signatures';

/**
 * https://www.sanity.io/docs/content-lake/webhooks
 *
 * What happened is in headers, for the body is whatever the webhook's projection makes of the document; without one it is the document.
 * The sample is such a document, made after the documented fields.
 *
 * It tries again as it does since April 2026: https://www.sanity.io/docs/changelog/50ec6abf-fe0c-475b-ae72-314148860132
 */
export const definition = defineProvider({
  slug: 'sanity',
  displayName: 'Sanity',
  documentation: 'https://www.sanity.io/docs/content-lake/webhooks',
  scheme: sanity,
  delivery: { answerWithinMs: 30_000, retries: '2 after a 429 or 5xx, 30 s apart' },
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
