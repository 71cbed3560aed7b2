import {
  challengeOf,
  defineProvider,
  type Handshake,
  joinFields,
  jsonRequest,
  listField,
  parseJson,
  sharedField,
  stringField,
  textAnswer,
} from 'hookwell/handler-kit';
import { microsoftGraph } from 'hookwell/signatures';

/** https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation */
const urlValidation: Handshake = {
  signed: false,
  answer: ({ method, query }) =>
    method === 'POST' ? textAnswer(challengeOf(query.get('validationToken'))) : null,
};

/**
 * Each notification of a request may have an id (https://learn.microsoft.com/graph/api/resources/changenotification): together they tell
 * the request from others. One without may tell of a second change in the words of the first.
 * https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
 *
 * The sample is Microsoft's, with its placeholders filled in.
 */
export const definition = defineProvider({
  slug: 'microsoft-graph',
  displayName: 'Microsoft Graph',
  documentation: 'https://learn.microsoft.com/graph/change-notifications-delivery-webhooks',
  scheme: microsoftGraph,
  delivery: { answerWithinMs: 3000, retries: 'with growing pauses for up to 4 hours' },
  bodiesRepeat: true,
  handshakes: [urlValidation],
  derive: ({ body }) => {
    const notifications = listField(parseJson(body), 'value');
    return {
      id: joinFields(...notifications.map((notification) => stringField(notification, 'id'))),
      type: sharedField(notifications, 'lifecycleEvent') ?? sharedField(notifications, 'changeType'),
      orderingKey: sharedField(notifications, 'resource'),
      occurredAt: null,
    };
  },
  simulate: ({ body, id }) => {
    const [notification] = listField(JSON.parse(body), 'value');
    return jsonRequest(body, { value: [{ ...(notification as object), id }] });
  },
});

export const handlers = [];
