import {
  defineProvider,
  hubHandshake,
  listField,
  parseJson,
  secondsField,
  sharedField,
  stringField,
} from 'hookwell/handler-kit';
import { whatsapp } from 'hookwell/signatures';

/** https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks */
const BODY_LIMIT = 3 * 1024 * 1024;

/**
 * https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks
 *
 * A message has an id of its own. A status has only its message's, which is sent, delivered and read, in a group by each member: the body
 * tells those apart (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status).
 *
 * The samples are made after the documented fields.
 */
export const definition = defineProvider({
  slug: 'whatsapp',
  displayName: 'WhatsApp',
  documentation: 'https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks',
  scheme: whatsapp,
  bodyLimit: BODY_LIMIT,
  delivery: { answerWithinMs: null, retries: 'with growing pauses for up to 7 days' },
  handshakes: [hubHandshake],
  derive: ({ body }) => {
    const event = parseJson(body);
    const changes = listField(event, 'entry').flatMap((entry) => listField(entry, 'changes'));
    const messages = changes.flatMap((change) => listField(change, 'value', 'messages'));
    const statuses = changes.flatMap((change) => listField(change, 'value', 'statuses'));
    const all = [...messages, ...statuses];
    const business = sharedField(changes, 'value', 'metadata', 'phone_number_id');
    const customer = sharedField(statuses, 'recipient_id') ?? sharedField(messages, 'from');
    return {
      id: all.length === 1 ? stringField(messages[0], 'id') : null,
      type: sharedField(changes, 'field'),
      orderingKey: business === null || customer === null ? null : `${business} ${customer}`,
      occurredAt: secondsField(sharedField(all, 'timestamp')),
    };
  },
  simulate: ({ body, id }) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body.replace(/"wamid\.[^"]*"/, JSON.stringify(`wamid.${id}`))),
  }),
});

export const handlers = [];
