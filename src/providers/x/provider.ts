import { createHmac } from 'node:crypto';
import {
  defineProvider,
  type Handshake,
  jsonAnswer,
  jsonRequest,
  listField,
  millisecondsField,
  parseJson,
  sharedField,
  stringField,
} from 'hookwell/handler-kit';
import { x } from 'hookwell/signatures';

/** Nothing in it can be a JSON object, and the scheme takes nothing else for an event: else anybody could have one signed here. */
const TOKEN = /^[\w+/=.~-]{1,256}$/;

/**
 * Asked by whoever wants to; so it answers only to what can be no event. By the newest secret, where there are several.
 * https://docs.x.com/x-api/webhooks/quickstart#2-the-crc-check
 */
const challengeResponseCheck: Handshake = {
  signed: false,
  answer: ({ method, query, secrets: [secret] }) => {
    const token = query.get('crc_token');
    if (method !== 'GET' || token === undefined || !TOKEN.test(token) || secret === undefined) return null;
    const digest = createHmac('sha256', secret).update(token).digest('base64');
    return jsonAnswer({ response_token: `sha256=${digest}` });
  },
};

/**
 * https://docs.x.com/x-api/webhooks/introduction
 *
 * The sample is X's (https://docs.x.com/x-api/account-activity/introduction).
 */
export const definition = defineProvider({
  slug: 'x',
  displayName: 'X',
  documentation: 'https://docs.x.com/x-api/webhooks/introduction',
  scheme: x,
  delivery: { answerWithinMs: 10_000, retries: null },
  handshakes: [challengeResponseCheck],
  derive: ({ body }) => {
    const activity = parseJson(body);
    const type = typeOf(activity);
    const events = type === null ? [] : listField(activity, type);
    const user = stringField(activity, 'for_user_id');
    const id = sharedField(events, 'id_str') ?? sharedField(events, 'id');
    return {
      // Both users that are subscribed are told of one message.
      id: id === null || user === null ? null : `${user} ${id}`,
      type,
      orderingKey: user,
      occurredAt: millisecondsField(
        sharedField(events, 'timestamp_ms') ?? sharedField(events, 'created_timestamp'),
      ),
    };
  },
  simulate: ({ type, body, id }) => {
    const [event] = listField(JSON.parse(body), type);
    return jsonRequest(body, { [type]: [{ ...(event as object), id }] });
  },
});

/** The name of the list that an activity is in. */
function typeOf(activity: unknown): string | null {
  return Object.keys(Object(activity) as object).find((name) => /_events?$/.test(name)) ?? null;
}

export const handlers = [];
