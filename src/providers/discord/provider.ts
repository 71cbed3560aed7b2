import {
  defineProvider,
  type Handshake,
  type HandshakeAnswer,
  jsonAnswer,
  parseJson,
  stringField,
  utcField,
} from 'hookwell/handler-kit';
import { discord } from 'hookwell/signatures';

/** Discord wants a content type also where there is no content. */
const EMPTY = { status: 204, headers: { 'content-type': 'application/json' }, body: '' } as const;
const APPLICATION_WEBHOOK_PING = '0';
/** The same number as an event's of the other kind, which comes with an event. */
const INTERACTION_PING = '1';

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-type */
const INTERACTIONS: ReadonlyMap<string, string> = new Map([
  ['2', 'APPLICATION_COMMAND'],
  ['3', 'MESSAGE_COMPONENT'],
  ['4', 'APPLICATION_COMMAND_AUTOCOMPLETE'],
  ['5', 'MODAL_SUBMIT'],
]);

/**
 * Of webhook events and of interactions.
 * https://docs.discord.com/developers/events/webhook-events#acknowledging-ping-requests
 */
const ping: Handshake = {
  signed: true,
  answer: ({ body }): HandshakeAnswer | null => {
    const message = parseJson(body);
    if (message === undefined || 'event' in Object(message)) return null;
    const type = stringField(message, 'type');
    if (type === APPLICATION_WEBHOOK_PING) return EMPTY;
    return type === INTERACTION_PING ? jsonAnswer({ type: 1 }) : null;
  },
};

/**
 * https://docs.discord.com/developers/events/webhook-events
 *
 * The sample is Discord's.
 */
export const definition = defineProvider({
  slug: 'discord',
  displayName: 'Discord',
  documentation: 'https://docs.discord.com/developers/events/webhook-events',
  scheme: discord,
  delivery: { answerWithinMs: 3000, retries: 'with growing pauses for up to 10 minutes' },
  answer: EMPTY,
  handshakes: [ping],
  derive: ({ body }) => {
    const message = parseJson(body);
    const interaction = INTERACTIONS.get(stringField(message, 'type') ?? '') ?? null;
    return {
      id: interaction === null ? null : stringField(message, 'id'),
      type: stringField(message, 'event', 'type') ?? interaction,
      // The entitlement or the message that it happened to.
      orderingKey: stringField(message, 'event', 'data', 'id'),
      occurredAt: utcField(stringField(message, 'event', 'timestamp')),
    };
  },
});

export const handlers = [];
