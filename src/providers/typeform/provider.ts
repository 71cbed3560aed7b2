import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { typeform } from 'hookwell/signatures';

/**
 * https://www.typeform.com/developers/webhooks/
 *
 * The sample is made after the fields of Typeform's example (https://www.typeform.com/developers/webhooks/example-payload/).
 */
export const definition = defineProvider({
  slug: 'typeform',
  displayName: 'Typeform',
  documentation: 'https://www.typeform.com/developers/webhooks/',
  scheme: typeform,
  delivery: {
    answerWithinMs: 30_000,
    retries: 'for 10 h after a 408, 423, 429 or 503, else 5; a 404 or 410 switches it off',
  },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'event_id'),
      type: stringField(event, 'event_type'),
      // The response.
      orderingKey: stringField(event, 'form_response', 'token'),
      occurredAt: timeField(stringField(event, 'form_response', 'submitted_at')),
    };
  },
  simulate: ({ body, id, now }) => {
    const { form_response: response } = JSON.parse(body) as { form_response: object };
    const submitted = now.toISOString();
    return jsonRequest(body, { event_id: id, form_response: { ...response, submitted_at: submitted } });
  },
});

export const handlers = [];
