import {
  defineProvider,
  headerField,
  joinFields,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { linear } from 'hookwell/signatures';

/**
 * https://linear.app/developers/webhooks
 *
 * The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'linear',
  displayName: 'Linear',
  documentation: 'https://linear.app/developers/webhooks',
  scheme: linear,
  delivery: { answerWithinMs: 5000, retries: '3, after 1 minute, 1 hour and 6 hours' },
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    return {
      id: headerField(headers, 'linear-delivery'),
      type: headerField(headers, 'linear-event'),
      orderingKey: orderingKey(event),
      occurredAt: timeField(stringField(event, 'createdAt')),
    };
  },
  simulate: ({ type, body, id, now }) =>
    jsonRequest(
      body,
      { createdAt: now.toISOString(), webhookTimestamp: now.getTime() },
      { 'linear-event': type, 'linear-delivery': id },
    ),
});

/** The issue that something belongs to, a comment say; what belongs to none is about itself. */
function orderingKey(event: unknown): string | null {
  const issue = stringField(event, 'data', 'issueId');
  return (
    (issue && `Issue ${issue}`) ?? joinFields(stringField(event, 'type'), stringField(event, 'data', 'id'))
  );
}

export const handlers = [];
