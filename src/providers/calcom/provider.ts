import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { calcom } from 'hookwell/signatures';

/**
 * https://cal.com/docs/developing/guides/automation/webhooks
 *
 * A webhook has no id, and one whose body has been changed by a template of its own may tell nothing else either. The sample is ours,
 * after the documented fields.
 */
export const definition = defineProvider({
  slug: 'calcom',
  displayName: 'Cal.com',
  documentation: 'https://cal.com/docs/developing/guides/automation/webhooks',
  scheme: calcom,
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: null,
      type: stringField(event, 'triggerEvent'),
      // Of a meeting that starts or ends, the booking is the body itself.
      orderingKey: stringField(event, 'payload', 'uid') ?? stringField(event, 'uid'),
      occurredAt: timeField(stringField(event, 'createdAt')),
    };
  },
  simulate: ({ body, now }) => jsonRequest(body, { createdAt: now.toISOString() }),
});

export const handlers = [];
