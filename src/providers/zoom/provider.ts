import { createHmac } from 'node:crypto';
import {
  defineProvider,
  type Handshake,
  jsonAnswer,
  millisecondsField,
  parseJson,
  stringField,
} from 'hookwell/handler-kit';
import { zoom } from 'hookwell/signatures';

/** Without a colon, it cannot begin as what Zoom signs does: `v0:`. */
const TOKEN = /^[\w+/=-]{1,256}$/;

/**
 * When the address is entered, and every 72 hours.
 * https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
 */
const urlValidation: Handshake = {
  signed: true,
  answer: ({ body, secrets: [secret] }) => {
    const event = parseJson(body);
    const plainToken = stringField(event, 'payload', 'plainToken');
    if (stringField(event, 'event') !== 'endpoint.url_validation') return null;
    if (secret === undefined || plainToken === null || !TOKEN.test(plainToken)) return null;
    const encryptedToken = createHmac('sha256', secret).update(plainToken).digest('hex');
    return jsonAnswer({ plainToken, encryptedToken });
  },
};

/**
 * https://developers.zoom.us/docs/api/webhooks
 *
 * The sample is made after the documented fields (https://developers.zoom.us/docs/api/meetings/events).
 */
export const definition = defineProvider({
  slug: 'zoom',
  displayName: 'Zoom',
  documentation: 'https://developers.zoom.us/docs/api/webhooks',
  scheme: zoom,
  delivery: { answerWithinMs: 3000, retries: 'after 5, 20 and 60 minutes' },
  handshakes: [urlValidation],
  derive: ({ body }) => {
    const event = parseJson(body);
    const type = stringField(event, 'event');
    const object = stringField(event, 'payload', 'object', 'id');
    return {
      id: null,
      type,
      // `meeting.started` is about a meeting.
      orderingKey: type === null || object === null ? null : `${type.replace(/\..*/, '')} ${object}`,
      occurredAt: millisecondsField(stringField(event, 'event_ts')),
    };
  },
});

export const handlers = [];
