import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { notion } from 'hookwell/signatures';

/**
 * https://developers.notion.com/reference/webhooks-events-delivery
 *
 * The samples are Notion's own from that page. The verification token, which is the secret, comes to a subscription's address once, before
 * anything is signed.
 */
export const definition = defineProvider({
  slug: 'notion',
  displayName: 'Notion',
  documentation: 'https://developers.notion.com/reference/webhooks',
  scheme: notion,
  delivery: { answerWithinMs: null, retries: '8 in 24 h' },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      // The page, database, data source or comment.
      orderingKey: stringField(event, 'entity', 'id'),
      occurredAt: timeField(stringField(event, 'timestamp')),
    };
  },
  simulate: ({ body, id, now }) => jsonRequest(body, { id, timestamp: now.toISOString() }),
});

export const handlers = [];
