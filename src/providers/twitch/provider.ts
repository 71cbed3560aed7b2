import {
  challengeOf,
  defineProvider,
  type Handshake,
  headerField,
  jsonRequest,
  parseJson,
  stringField,
  textAnswer,
  timeField,
} from 'hookwell/handler-kit';
import { twitch } from 'hookwell/signatures';

/**
 * Told by its challenge, which is signed and no event has, and not by the header with the message's type, which is not signed.
 * https://dev.twitch.tv/docs/eventsub/handling-webhook-events/#responding-to-a-challenge-request
 */
const callbackVerification: Handshake = {
  signed: true,
  answer: ({ body }) => textAnswer(challengeOf(stringField(parseJson(body), 'challenge'))),
};

/**
 * A subscription that is revoked is an event of the type `revocation`, so that whoever misses its events finds out why.
 * https://dev.twitch.tv/docs/eventsub/handling-webhook-events
 *
 * The sample of channel.follow is Twitch's; the revocation is made after the documented fields.
 */
export const definition = defineProvider({
  slug: 'twitch',
  displayName: 'Twitch',
  documentation: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events',
  scheme: twitch,
  delivery: { answerWithinMs: null, retries: 'some; the subscription is revoked when too many fail' },
  handshakes: [callbackVerification],
  derive: ({ headers, body }) => {
    const message = parseJson(body);
    return {
      id: headerField(headers, 'twitch-eventsub-message-id'),
      type: typeOf(message),
      orderingKey: orderingKey(message),
      occurredAt: timeField(headerField(headers, 'twitch-eventsub-message-timestamp')),
    };
  },
  simulate: ({ type, body }) =>
    jsonRequest(
      body,
      {},
      {
        'twitch-eventsub-message-type': type === 'revocation' ? type : 'notification',
        'twitch-eventsub-subscription-type': stringField(JSON.parse(body), 'subscription', 'type') ?? type,
      },
    ),
});

/**
 * Whom a subscription is for, the channel before the user in it. All are users by one count. A raid's condition has both channels, of which
 * one may be empty. https://dev.twitch.tv/docs/eventsub/eventsub-reference/#conditions
 */
const SUBJECTS = [
  'broadcaster_user_id',
  'to_broadcaster_user_id',
  'from_broadcaster_user_id',
  'user_id',
] as const;

function orderingKey(message: unknown): string | null {
  const ids = SUBJECTS.map((name) => stringField(message, 'subscription', 'condition', name));
  return ids.find((id) => id !== null) ?? null;
}

/**
 * By what is signed, as the header with the message's type is not: a revocation is a subscription without an event. A challenge that is not
 * answered is neither.
 */
function typeOf(message: unknown): string | null {
  const type = stringField(message, 'subscription', 'type');
  if (type === null) return null;
  const names = Object.keys(message as object);
  if (names.includes('event') || names.includes('events')) return type;
  return names.includes('challenge') ? null : 'revocation';
}

export const handlers = [];
