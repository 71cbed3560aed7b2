import {
  defineProvider,
  joinFields,
  jsonRequest,
  parseJson,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { heroku } from 'hookwell/signatures';

/**
 * https://devcenter.heroku.com/articles/webhook-events
 *
 * A type is what is subscribed to and what happened to it, `api:release create` say. The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'heroku',
  displayName: 'Heroku',
  documentation: 'https://devcenter.heroku.com/articles/app-webhooks',
  scheme: heroku,
  delivery: { answerWithinMs: null, retries: 'at the level sync several, at the level notify none' },
  derive: ({ body }) => {
    const event = parseJson(body);
    const metadata = (...path: string[]): string | null => stringField(event, 'webhook_metadata', ...path);
    return {
      id: metadata('event', 'id'),
      type: joinFields(metadata('event', 'include'), stringField(event, 'action')),
      orderingKey: joinFields(stringField(event, 'resource'), stringField(event, 'data', 'id')),
      occurredAt: timeField(stringField(event, 'created_at')),
    };
  },
  simulate: ({ body, id, now }) => {
    const { webhook_metadata: metadata } = JSON.parse(body) as { webhook_metadata: { event: object } };
    return jsonRequest(body, {
      created_at: now.toISOString(),
      webhook_metadata: { ...metadata, event: { ...metadata.event, id } },
    });
  },
});

export const handlers = [];
