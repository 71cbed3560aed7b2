import {
  challengeOf,
  defineProvider,
  type DerivedEvent,
  type Handshake,
  joinFields,
  jsonRequest,
  listField,
  parseJson,
  parsePayload,
  type ProviderRequest,
  secondsField,
  sharedField,
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
 * Slash commands and interactions come as forms, of which a handler gets the fields, and of an interaction the JSON in its only one.
 * Ours is the type `slash_command`. The trigger by which each can be answered with a view is exchanged once
 * (https://docs.slack.dev/reference/methods/views.open), and so tells it from others. What has none is told by its body.
 * https://docs.slack.dev/interactivity
 *
 * The sample of a message is Slack's (https://docs.slack.dev/reference/events/message/channel_topic), in a channel of its own; the others
 * are made after the documented fields.
 */
export const definition = defineProvider({
  slug: 'slack',
  displayName: 'Slack',
  documentation: 'https://docs.slack.dev/apis/events-api',
  scheme: slack,
  delivery: { answerWithinMs: 3000, retries: 'at once, after 1 minute, after 5 minutes' },
  // Whatever a command or an interaction is answered, its user is shown.
  answer: ({ body }) => (parseJson(body) === undefined ? { status: 200, body: '' } : null),
  handshakes: [urlVerification],
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    if (event !== undefined) return ofEvent(event);
    const payload = parsePayload(headers, body);
    return stringField(payload, 'command') === null ? ofInteraction(payload) : ofCommand(payload);
  },
  simulate: ({ body, id }) => {
    const sample = JSON.parse(body) as Record<string, string>;
    if (!('trigger_id' in sample)) return jsonRequest(body, { event_id: `Ev${id}` });
    const fresh = { ...sample, trigger_id: id };
    return formRequest('command' in sample ? fresh : { payload: JSON.stringify(fresh) });
  },
});

function formRequest(fields: Readonly<Record<string, string>>): ProviderRequest {
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(fields).toString()),
  };
}

function ofEvent(event: unknown): DerivedEvent {
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
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
function ofCommand(form: unknown): DerivedEvent {
  return {
    id: stringField(form, 'trigger_id'),
    type: 'slash_command',
    orderingKey: joinFields(stringField(form, 'team_id'), stringField(form, 'channel_id')),
    occurredAt: null,
  };
}

/** https://docs.slack.dev/reference/interaction-payloads */
function ofInteraction(interaction: unknown): DerivedEvent {
  return {
    id: stringField(interaction, 'trigger_id'),
    type: stringField(interaction, 'type'),
    orderingKey: joinFields(
      stringField(interaction, 'team', 'id'),
      stringField(interaction, 'channel', 'id'),
    ),
    occurredAt:
      secondsField(sharedField(listField(interaction, 'actions'), 'action_ts')) ??
      secondsField(stringField(interaction, 'action_ts')),
  };
}

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
