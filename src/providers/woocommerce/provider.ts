import {
  bodyDigest,
  defineProvider,
  type Handshake,
  headerField,
  joinFields,
  jsonRequest,
  parseJson,
  type ProviderRequest,
  stringField,
  timeField,
} from 'hookwell/handler-kit';
import { woocommerce } from 'hookwell/signatures';

/** When a webhook is switched on, WooCommerce asks whether anybody is there: in a form, unsigned, and content with nothing but 200. */
const ping: Handshake = {
  signed: false,
  answer: ({ method, body }) =>
    method === 'POST' && /^webhook_id=\d{1,20}$/.test(body.toString('latin1'))
      ? { status: 200, body: '' }
      : null,
};

/**
 * https://woocommerce.com/document/webhooks
 *
 * The samples are made after the fields of WooCommerce's REST API
 * (https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties); a deleted thing is its id alone.
 */
export const definition = defineProvider({
  slug: 'woocommerce',
  displayName: 'WooCommerce',
  documentation: 'https://woocommerce.com/document/webhooks',
  scheme: woocommerce,
  delivery: { answerWithinMs: 60_000, retries: 'none; more than 5 failures in a row switch it off' },
  handshakes: [ping],
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    const changed = stringField(event, 'date_modified_gmt');
    return {
      id: deliveryId(headers, body),
      type: headerField(headers, 'x-wc-webhook-topic'),
      orderingKey: orderingKey(headers, event),
      // UTC, without saying so.
      occurredAt: timeField(changed === null ? null : `${changed}Z`),
    };
  },
  simulate: ({ type, body, id, now }) => {
    const [resource = '', event = ''] = type.split('.');
    const changed = 'date_modified_gmt' in (JSON.parse(body) as object);
    return jsonRequest(body, changed ? { date_modified_gmt: now.toISOString().slice(0, 19) } : {}, {
      'x-wc-webhook-source': 'https://shop.example.com/',
      'x-wc-webhook-topic': type,
      'x-wc-webhook-resource': resource,
      'x-wc-webhook-event': event,
      'x-wc-webhook-id': '1',
      'x-wc-webhook-delivery-id': id,
    });
  },
});

/**
 * WooCommerce makes the delivery's id of the webhook and the second, so that whatever is sent within one has the same: the body tells them
 * apart. The body alone would not do: a thing that is deleted, restored and deleted is told of in the same words.
 */
function deliveryId(headers: ProviderRequest['headers'], body: Buffer): string | null {
  return joinFields(headerField(headers, 'x-wc-webhook-delivery-id'), bodyDigest(body));
}

/** `order 727` say: orders, products and customers are each counted for themselves. */
function orderingKey(headers: ProviderRequest['headers'], event: unknown): string | null {
  const resource = headerField(headers, 'x-wc-webhook-resource');
  const id = stringField(event, 'id');
  return resource === null || id === null ? null : `${resource} ${id}`;
}

export const handlers = [];
