import {
  defineProvider,
  type Handshake,
  listField,
  parseJson,
  sharedField,
  stringField,
  utcField,
} from 'hookwell/handler-kit';
import { xero } from 'hookwell/signatures';

/** Xero takes no body in any answer. */
const EMPTY = { status: 200, body: '' } as const;

/**
 * Some of these requests are signed as they should be and some are not; both have to be told apart.
 * https://developer.xero.com/documentation/guides/webhooks/configuring-your-server#intent-to-receive
 */
const intentToReceive: Handshake = {
  signed: true,
  answer: ({ body }) => {
    const notification = parseJson(body);
    const isEmpty = listField(notification, 'events').length === 0;
    return isEmpty && stringField(notification, 'entropy') !== null ? EMPTY : null;
  },
};

/**
 * https://developer.xero.com/documentation/guides/webhooks/overview
 *
 * The sample is made after the documented fields.
 */
export const definition = defineProvider({
  slug: 'xero',
  displayName: 'Xero',
  documentation: 'https://developer.xero.com/documentation/guides/webhooks/overview',
  scheme: xero,
  delivery: {
    answerWithinMs: 5000,
    retries: 'with growing pauses for 24 hours; then the webhook is disabled',
  },
  answer: EMPTY,
  refusesInSilence: true,
  handshakes: [intentToReceive],
  derive: ({ body }) => {
    const notification = parseJson(body);
    const events = listField(notification, 'events');
    const category = sharedField(events, 'eventCategory');
    const change = sharedField(events, 'eventType');
    return {
      id: null,
      type: category === null || change === null ? category : `${category}.${change}`,
      orderingKey: sharedField(events, 'resourceId'),
      occurredAt: utcField(sharedField(events, 'eventDateUtc')),
      sequence: sequenceOf(notification),
    };
  },
});

/** Events are counted one after the other, whatever they are about. */
function sequenceOf(notification: unknown): number | null {
  const last = stringField(notification, 'lastEventSequence');
  return last === null ? null : Number(last);
}

export const handlers = [];
