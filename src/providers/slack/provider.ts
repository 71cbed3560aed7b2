import {
  challengeOf,
  defineProvider,
  type Handshake,
  joinFields,
  jsonRequest,
  parseJson,
  secondsField,
  stringField,
  textAnswer,
} from 'hookwell/handler-kit';
import { slack } from 'hookwell/signatures';

/** https://docs.slack.dev/reference/events/url_verification */
const urlVerification: Handshake = {
  signed: true,
  answer: ({ body }) => {
    const event = parseJson(body);
    if (stringField(event, 'type') !== 'url_verification') return null;
    return textAnswer(challengeOf(stringField(event, 'challenge')));
  },
};

/**
 * https://docs.slack.dev/apis/events-api
 *
 * The sample is Slack's (https://docs.slack.dev/reference/events/message/channel_topic), in a channel of its own.
 */
export const definition = defineProvider({
  slug: 'slack',
  displayName: 'Slack',
  documentation: 'https://docs.slack.dev/apis/events-api',
  scheme: slack,
  delivery: { answerWithinMs: 3000, retries: 'at once, after 1 minute, after 5 minutes' },
  handshakes: [urlVerification],
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'event_id'),
      // What has no event inside is about the app itself: app_rate_limited.
      type: stringField(event, 'event', 'type') ?? stringField(event, 'type'),
      orderingKey: joinFields(stringField(event, 'team_id'), channelOf(event)),
      occurredAt:
        secondsField(stringField(event, 'event', 'event_ts')) ??
        secondsField(stringField(event, 'event', 'ts')) ??
        secondsField(stringField(event, 'event_time')),
    };
  },
  simulate: ({ body, id }) => jsonRequest(body, { event_id: `Ev${id}` }),
});

/** Where an event names its channel: as its id, as an object, or as that of what it is about (https://docs.slack.dev/reference/events). */
const CHANNELS = [
  ['channel'],
  ['channel', 'id'],
  ['channel_id'],
  ['item', 'channel'],
  ['assistant_thread', 'channel_id'],
] as const;

function channelOf(event: unknown): string | null {
  const ids = CHANNELS.map((path) => stringField(event, 'event', ...path));
  return ids.find((id) => id !== null) ?? null;
}

export const handlers = [];
