import {
  challengeOf,
  defineProvider,
  type Handshake,
  headerField,
  jsonAnswer,
  jsonRequest,
  listField,
  parseJson,
  sharedField,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { okta } from 'hookwell/signatures';

/** https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request */
const oneTimeVerification: Handshake = {
  signed: false,
  answer: ({ method, headers }) => {
    const verification = challengeOf(headerField(headers, 'x-okta-verification-challenge'));
    return method === 'GET' && verification !== null ? jsonAnswer({ verification }) : null;
  },
};

/**
 * https://developer.okta.com/docs/concepts/event-hooks
 *
 * The sample is Okta's.
 */
export const definition = defineProvider({
  slug: 'okta',
  displayName: 'Okta',
  documentation: 'https://developer.okta.com/docs/concepts/event-hooks',
  scheme: okta,
  delivery: { answerWithinMs: 3000, retries: 'once; none after a 4xx' },
  answer: { status: 200, body: '' },
  handshakes: [oneTimeVerification],
  derive: ({ body }) => {
    const hook = parseJson(body);
    const events = listField(hook, 'data', 'events');
    return {
      id: stringField(hook, 'eventId'),
      type: sharedField(events, 'eventType') ?? stringField(hook, 'eventType'),
      orderingKey: sharedField(events, 'target', '0', 'id'),
      occurredAt: timeField(sharedField(events, 'published') ?? stringField(hook, 'eventTime')),
    };
  },
  simulate: ({ body, id }) => jsonRequest(body, { eventId: id }),
});

export const handlers = [];
