import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { pagerduty } from 'hookwell/signatures';

/**
 * https://developer.pagerduty.com/docs/webhooks-overview
 *
 * The samples are PagerDuty's own from that page; the note is its example of one, in its example of an event.
 */
export const definition = defineProvider({
  slug: 'pagerduty',
  displayName: 'PagerDuty',
  documentation: 'https://developer.pagerduty.com/docs/webhooks-overview',
  scheme: pagerduty,
  delivery: { answerWithinMs: 5000, retries: '4 in 20 min, none after a 4xx but 429' },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'event', 'id'),
      type: stringField(event, 'event', 'event_type'),
      // The incident, also of its notes, responders and status updates; else the service.
      orderingKey:
        stringField(event, 'event', 'data', 'incident', 'id') ?? stringField(event, 'event', 'data', 'id'),
      occurredAt: timeField(stringField(event, 'event', 'occurred_at')),
    };
  },
  simulate: ({ body, id, now }) => {
    const { event } = JSON.parse(body) as { event: object };
    return jsonRequest(body, { event: { ...event, id, occurred_at: now.toISOString() } });
  },
});

export const handlers = [];
