import {
  challengeOf,
  defineProvider,
  type Handshake,
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
    const team = stringField(event, 'team_id');
    const channel = stringField(event, 'event', 'channel') ?? stringField(event, 'event', 'item', 'channel');
    return {
      id: stringField(event, 'event_id'),
      // What has no event inside is about the app itself: app_rate_limited.
      type: stringField(event, 'event', 'type') ?? stringField(event, 'type'),
      orderingKey: team === null || channel === null ? null : `${team} ${channel}`,
      occurredAt:
        secondsField(stringField(event, 'event', 'event_ts')) ??
        secondsField(stringField(event, 'event', 'ts')) ??
        secondsField(stringField(event, 'event_time')),
    };
  },
  simulate: ({ body, id }) => jsonRequest(body, { event_id: `Ev${id}` }),
});

export const handlers = [];
