import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { coinbaseCommerce } from 'hookwell/signatures';

/**
 * https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-fields
 *
 * What is around the event counts the attempts; the event stays. The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'coinbase-commerce',
  displayName: 'Coinbase Commerce',
  documentation: 'https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-overview',
  scheme: coinbaseCommerce,
  delivery: { answerWithinMs: null, retries: 'for 3 days with growing pauses, of 1 hour at most' },
  derive: ({ body }) => {
    const request = parseJson(body);
    return {
      id: stringField(request, 'event', 'id'),
      type: stringField(request, 'event', 'type'),
      orderingKey: stringField(request, 'event', 'data', 'id'),
      occurredAt: timeField(stringField(request, 'event', 'created_at')),
    };
  },
  simulate: ({ body, id, now }) => {
    const { event } = JSON.parse(body) as { event: object };
    return jsonRequest(body, { event: { ...event, id, created_at: now.toISOString() } });
  },
});

export const handlers = [];
