import {
  defineProvider,
  joinFields,
  jsonRequest,
  listField,
  millisecondsField,
  parseJson,
  sharedField,
  stringField,
} from 'hookwell/handler-kit';
import { line } from 'hookwell/signatures';

/** Who an event comes from, the most telling first: a user also writes in groups and rooms. */
const SOURCES = ['groupId', 'roomId', 'userId'] as const;

/**
 * One request may have several events, and none when the console verifies the address.
 * https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
 *
 * A redelivery says so in its body: the ids of its events tell it. Its type, source and time are theirs, where they have one. The
 * sample is ours, after the fields that the package @line/bot-sdk types.
 */
export const definition = defineProvider({
  slug: 'line',
  displayName: 'LINE',
  documentation: 'https://developers.line.biz/en/docs/messaging-api/receiving-messages',
  scheme: line,
  delivery: { answerWithinMs: 2000, retries: 'some, where redelivery is enabled' },
  derive: ({ body }) => {
    const events = listField(parseJson(body), 'events');
    const sources = SOURCES.map((name) => sharedField(events, 'source', name));
    return {
      id: joinFields(...events.map((event) => stringField(event, 'webhookEventId'))),
      type: sharedField(events, 'type'),
      orderingKey: sources.find((source) => source !== null) ?? null,
      occurredAt: millisecondsField(sharedField(events, 'timestamp')),
    };
  },
  simulate: ({ body, id, now }) => {
    const { events } = JSON.parse(body) as { events: object[] };
    const fresh = { webhookEventId: id, timestamp: now.getTime() };
    return jsonRequest(body, { events: events.map((event) => ({ ...event, ...fresh })) });
  },
});

export const handlers = [];
