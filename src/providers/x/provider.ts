import { createHmac } from 'node:crypto';
import {
  bodyDigest,
  defineProvider,
  type DerivedEvent,
  type Handshake,
  joinFields,
  jsonAnswer,
  jsonRequest,
  listField,
  millisecondsField,
  parseJson,
  sharedField,
  stringField,
  timeField,
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
 * Two APIs send to one address. What is of neither has no id, and may be the same for the next event.
 *
 * The sample of direct_message_events is X's (https://docs.x.com/x-api/account-activity/introduction), the other one ours, after the
 * documented fields.
 */
export const definition = defineProvider({
  slug: 'x',
  displayName: 'X',
  documentation: 'https://docs.x.com/x-api/webhooks/introduction',
  scheme: x,
  // https://developer.x.com/en/docs/x-api/enterprise/account-activity-api/guides/activity-retries
  delivery: { answerWithinMs: 10_000, retries: '3 in 5 minutes, for enterprise accounts' },
  bodiesRepeat: true,
  handshakes: [challengeResponseCheck],
  derive: ({ body }) => {
    const activity = parseJson(body);
    const type = typeOf(activity);
    return type === null ? subscribedEvent(activity) : accountActivity(type, activity, body);
  },
  simulate: ({ type, body, id }) => {
    const sample = JSON.parse(body) as { readonly data?: object };
    if (sample.data) return jsonRequest(body, { data: { ...sample.data, event_uuid: id } });
    const [event] = listField(sample, type);
    return jsonRequest(body, { [type]: [{ ...(event as object), id }] });
  },
});

/**
 * An event of the X Activity API, without a time. Its id is that of "this event delivery", of which X does not say whether another try
 * has it too. https://docs.x.com/x-api/activity/event-payloads
 */
function subscribedEvent(activity: unknown): DerivedEvent {
  const field = (...path: string[]): string | null => stringField(activity, 'data', ...path);
  return {
    id: field('event_uuid'),
    type: field('event_type'),
    orderingKey: field('filter', 'user_id'),
    occurredAt: null,
  };
}

/**
 * A list of events of the Account Activity API. Those of some lists have no id, but times in milliseconds, so that the body is theirs alone;
 * that a user has revoked the access is no list.
 * https://developer.x.com/en/docs/x-api/enterprise/account-activity-api/guides/account-activity-data-objects
 */
function accountActivity(type: string, activity: unknown, body: Buffer): DerivedEvent {
  const events = listField(activity, type);
  const ofRevoke = (...path: string[]): string | null => stringField(activity, type, 'revoke', ...path);
  const user = stringField(activity, 'for_user_id') ?? ofRevoke('source', 'user_id');
  const id = sharedField(events, 'id_str') ?? sharedField(events, 'id');
  const time = sharedField(events, 'timestamp_ms') ?? sharedField(events, 'created_timestamp');
  return {
    // Both users that are subscribed are told of one message; a post and a message are each counted for themselves.
    id: joinFields(type, user, id) ?? bodyDigest(body),
    type,
    orderingKey: user,
    occurredAt: millisecondsField(time) ?? timeField(ofRevoke('date_time')),
  };
}

/** The name of the list that an activity of the Account Activity API is in. */
function typeOf(activity: unknown): string | null {
  return Object.keys(Object(activity) as object).find((name) => /_events?$/.test(name)) ?? null;
}

export const handlers = [];
