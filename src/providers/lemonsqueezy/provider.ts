import {
  defineProvider,
  headerField,
  joinFields,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { lemonsqueezy } from 'hookwell/signatures';

/**
 * https://docs.lemonsqueezy.com/help/webhooks/webhook-requests
 *
 * A webhook has no id that is documented. The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'lemonsqueezy',
  displayName: 'Lemon Squeezy',
  documentation: 'https://docs.lemonsqueezy.com/help/webhooks/webhook-requests',
  scheme: lemonsqueezy,
  delivery: { answerWithinMs: null, retries: '3, after 5, 25 and 125 seconds say' },
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    return {
      id: null,
      type: headerField(headers, 'x-event-name') ?? stringField(event, 'meta', 'event_name'),
      orderingKey: joinFields(stringField(event, 'data', 'type'), stringField(event, 'data', 'id')),
      occurredAt: timeField(stringField(event, 'data', 'attributes', 'updated_at')),
    };
  },
  simulate: ({ type, body, now }) => {
    const { data } = JSON.parse(body) as { data: { attributes: object } };
    const attributes = { ...data.attributes, updated_at: now.toISOString() };
    return jsonRequest(body, { data: { ...data, attributes } }, { 'x-event-name': type });
  },
});

export const handlers = [];
