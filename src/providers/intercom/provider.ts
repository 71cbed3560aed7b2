import {
  defineProvider,
  type Handshake,
  joinFields,
  jsonRequest,
  parseJson,
  secondsField,
  stringField,
} from 'hookwell/handler-kit';
import { intercom } from 'hookwell/signatures';

/** Before an address is saved. https://developers.intercom.com/docs/webhooks/setting-up-webhooks */
const addressCheck: Handshake = {
  signed: false,
  answer: ({ method }) => (method === 'HEAD' ? { status: 200, body: '' } : null),
};

/**
 * https://developers.intercom.com/docs/references/webhooks/webhook-models
 *
 * The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'intercom',
  displayName: 'Intercom',
  documentation: 'https://developers.intercom.com/docs/webhooks/webhook-notifications',
  scheme: intercom,
  delivery: {
    answerWithinMs: 5000,
    retries: 'some; after 7 days of errors the webhook of a private app is suspended',
  },
  handshakes: [addressCheck],
  derive: ({ body }) => {
    const notification = parseJson(body);
    const item = (name: string): string | null => stringField(notification, 'data', 'item', name);
    return {
      id: stringField(notification, 'id'),
      type: stringField(notification, 'topic'),
      orderingKey: joinFields(item('type'), item('id')),
      occurredAt: secondsField(stringField(notification, 'created_at')),
    };
  },
  simulate: ({ body, id, now }) =>
    jsonRequest(body, { id: `notif_${id}`, created_at: Math.floor(now.getTime() / 1000) }),
});

export const handlers = [];
