import {
  defineProvider,
  joinFields,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { docusign } from 'hookwell/signatures';

/** Documents may be in it, as base64. */
const BODY_LIMIT = 32 * 1024 * 1024;

/**
 * Connect, with the event model "JSON SIM". https://developers.docusign.com/platform/webhooks/connect/json-sim-event-model
 *
 * A message has no id, and its body counts the tries: what happened, to whom and when tells repeats. What happens to a template has its
 * `templateId` where others have the envelope's, which is from memory. The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'docusign',
  displayName: 'Docusign Connect',
  documentation: 'https://developers.docusign.com/platform/webhooks/connect',
  scheme: docusign,
  bodyLimit: BODY_LIMIT,
  // https://developers.docusign.com/platform/webhooks/connect/implement
  delivery: { answerWithinMs: 5000, retries: null },
  derive: ({ body }) => {
    const message = parseJson(body);
    const type = stringField(message, 'event');
    const subject = stringField(message, 'data', 'envelopeId') ?? stringField(message, 'data', 'templateId');
    const time = stringField(message, 'generatedDateTime');
    const recipient = stringField(message, 'data', 'recipientId') ?? '';
    return {
      id: joinFields(type, subject, time, recipient)?.trim() ?? null,
      type,
      orderingKey: subject,
      occurredAt: timeField(time),
    };
  },
  simulate: ({ body, id, now }) => {
    const { data } = JSON.parse(body) as { data: object };
    return jsonRequest(body, { generatedDateTime: now.toISOString(), data: { ...data, envelopeId: id } });
  },
});

export const handlers = [];
