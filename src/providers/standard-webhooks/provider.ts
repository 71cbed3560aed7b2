import { defineProvider, headerField, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { standardWebhooks } from 'hookwell/signatures';
import { RecordMessage } from './record-message.handler.js';

/**
 * Any sender that follows https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * The sample is the specification's.
 */
export const definition = defineProvider({
  slug: 'standard-webhooks',
  displayName: 'Standard Webhooks',
  scheme: standardWebhooks,
  derive: ({ headers, body }) => {
    const message = parseJson(body);
    const sentAt = Number(headerField(headers, 'webhook-timestamp') ?? Number.NaN);
    return {
      id: headerField(headers, 'webhook-id'),
      type: stringField(message, 'type'),
      // The specification names no entity.
      orderingKey: null,
      occurredAt: timeField(stringField(message, 'timestamp')) ?? timeField(sentAt),
    };
  },
  simulate: ({ body, id, now }) => ({
    headers: { 'content-type': 'application/json', 'webhook-id': id },
    body: Buffer.from(JSON.stringify({ ...(JSON.parse(body) as object), timestamp: now.toISOString() })),
  }),
});

export const handlers = [RecordMessage];
