import {
  defineProvider,
  headerField,
  jsonRequest,
  parseJson,
  secondsField,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
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
  documentation: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  scheme: standardWebhooks,
  // As the specification recommends to senders.
  delivery: { answerWithinMs: 15_000, retries: 'over several days, with growing pauses' },
  derive: ({ headers, body }) => {
    const message = parseJson(body);
    return {
      id: headerField(headers, 'webhook-id'),
      type: stringField(message, 'type'),
      // The specification names no entity.
      orderingKey: null,
      occurredAt:
        timeField(stringField(message, 'timestamp')) ??
        secondsField(headerField(headers, 'webhook-timestamp')),
    };
  },
  simulate: ({ body, id, now }) => jsonRequest(body, { timestamp: now.toISOString() }, { 'webhook-id': id }),
});

export const handlers = [RecordMessage];
