import {
  defineProvider,
  headerField,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { zendesk } from 'hookwell/signatures';

/**
 * https://developer.zendesk.com/api-reference/webhooks/event-types/webhook-event-types/
 *
 * The body of a webhook that a trigger or an automation invokes is whatever its author has written, so nothing is read from it. The sample
 * is made after the fields of Zendesk's events.
 */
export const definition = defineProvider({
  slug: 'zendesk',
  displayName: 'Zendesk',
  documentation: 'https://developer.zendesk.com/documentation/webhooks/',
  scheme: zendesk,
  // https://developer.zendesk.com/api-reference/webhooks/introduction
  delivery: { answerWithinMs: null, retries: 'some, by status; none while its breaker is open' },
  derive: ({ headers, body }) => {
    const event = zendeskEvent(body);
    return {
      id: stringField(event, 'id') ?? headerField(headers, 'x-zendesk-webhook-invocation-id'),
      type: stringField(event, 'type'),
      // `zen:ticket:5158` say.
      orderingKey: stringField(event, 'subject'),
      occurredAt: timeField(stringField(event, 'time')),
    };
  },
  simulate: ({ body, id, now }) =>
    jsonRequest(
      body,
      { id, time: now.toISOString() },
      { 'x-zendesk-webhook-id': 'example', 'x-zendesk-webhook-invocation-id': id },
    ),
});

/** The body, where it is an event as Zendesk writes it. */
function zendeskEvent(body: Buffer): unknown {
  const event = parseJson(body);
  return stringField(event, 'type')?.startsWith('zen:event-type:') ? event : null;
}

export const handlers = [];
