import {
  defineProvider,
  joinFields,
  jsonRequest,
  listField,
  parseJson,
  sharedField,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { gocardless } from 'hookwell/signatures';

/**
 * One webhook has up to 250 events. https://developer.gocardless.com/getting-started/api/handling-webhooks
 *
 * Its type is theirs, `mandates.cancelled` say, where they have one. The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'gocardless',
  displayName: 'GoCardless',
  documentation: 'https://developer.gocardless.com/getting-started/api/handling-webhooks',
  scheme: gocardless,
  delivery: { answerWithinMs: 10_000, retries: '8, with growing pauses' },
  derive: ({ body }) => {
    const webhook = parseJson(body);
    const events = listField(webhook, 'events');
    const resources = sharedField(events, 'resource_type');
    const type = joinFields(resources, sharedField(events, 'action'));
    return {
      id:
        stringField(webhook, 'meta', 'webhook_id') ??
        joinFields(...events.map((event) => stringField(event, 'id'))),
      type: type?.replace(' ', '.') ?? null,
      // The link to a payment is named `payment`, and so on.
      orderingKey: resources === null ? null : sharedField(events, 'links', resources.replace(/s$/, '')),
      occurredAt: timeField(sharedField(events, 'created_at')),
    };
  },
  simulate: ({ body, id, now }) => {
    const { events } = JSON.parse(body) as { events: object[] };
    return jsonRequest(body, {
      events: events.map((event) => ({ ...event, created_at: now.toISOString() })),
      meta: { webhook_id: id },
    });
  },
});

export const handlers = [];
