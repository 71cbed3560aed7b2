import {
  defineProvider,
  hubHandshake,
  listField,
  millisecondsField,
  parseJson,
  secondsField,
  sharedField,
  stringField,
} from 'hookwell/handler-kit';
import { meta } from 'hookwell/signatures';

/** Up to 1000 changes come together; how large that may be is not told. */
const BODY_LIMIT = 4 * 1024 * 1024;
/** Seconds have fewer digits until the year 5138. */
const MILLISECONDS = /^\d{12,}$/;

/**
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 *
 * The sample is Meta's (https://developers.facebook.com/docs/graph-api/webhooks).
 */
export const definition = defineProvider({
  slug: 'meta',
  displayName: 'Meta',
  documentation: 'https://developers.facebook.com/docs/graph-api/webhooks',
  scheme: meta,
  bodyLimit: BODY_LIMIT,
  delivery: { answerWithinMs: null, retries: 'at once, then with growing pauses for 36 hours' },
  handshakes: [hubHandshake],
  derive: ({ body }) => {
    const event = parseJson(body);
    const object = stringField(event, 'object');
    const entries = listField(event, 'entry');
    const entity = sharedField(entries, 'id');
    return {
      id: null,
      type: object,
      orderingKey: object === null || entity === null ? null : `${object} ${entity}`,
      occurredAt: occurredAt(sharedField(entries, 'time')),
    };
  },
});

/** Seconds, but for messages, whose time is in milliseconds. */
function occurredAt(time: string | null): Date | null {
  return time !== null && MILLISECONDS.test(time) ? millisecondsField(time) : secondsField(time);
}

export const handlers = [];
