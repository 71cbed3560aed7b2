import {
  defineProvider,
  headerField,
  jsonRequest,
  parseJson,
  secondsField,
  stringField,
} from 'hookwell/handler-kit';
import { openai } from 'hookwell/signatures';

/**
 * https://platform.openai.com/docs/guides/webhooks
 *
 * The sample is OpenAI's own (https://platform.openai.com/docs/api-reference/webhook-events).
 */
export const definition = defineProvider({
  slug: 'openai',
  displayName: 'OpenAI',
  documentation: 'https://platform.openai.com/docs/guides/webhooks',
  scheme: openai,
  delivery: { answerWithinMs: null, retries: 'for 72 h' },
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    return {
      id: headerField(headers, 'webhook-id'),
      type: stringField(event, 'type'),
      // The response, batch, fine-tuning job or evaluation run; a call has its id under a name of its own.
      orderingKey: stringField(event, 'data', 'id') ?? stringField(event, 'data', 'call_id'),
      occurredAt: secondsField(stringField(event, 'created_at')),
    };
  },
  simulate: ({ body, id, now }) =>
    jsonRequest(
      body,
      { id: `evt_${id}`, created_at: Math.floor(now.getTime() / 1000) },
      { 'webhook-id': id },
    ),
});

export const handlers = [];
