import { parseJson, stringField } from 'hookwell/handler-kit';

/**
 * The order that an event is about, as its GraphQL id, `gid://shopify/Order/…`; what is about none is about itself.
 *
 * An order tells its GraphQL id, but for `orders/delete`, which has its number alone; what belongs to an order (fulfillments,
 * refunds, transactions, disputes) has the order's number, and an edit has it one level down.
 */
export function orderingKey(topic: string | null, body: Buffer): string | null {
  const event = parseJson(body);
  const order =
    numberUnder(body, event, 'order_id') ??
    numberUnder(body, event, 'order_edit', 'order_id') ??
    (topic === 'orders/delete' ? numberUnder(body, event, 'id') : null);
  return order === null
    ? (stringField(event, 'order', 'admin_graphql_api_id') ?? stringField(event, 'admin_graphql_api_id'))
    : `gid://shopify/Order/${order}`;
}

/** All digits of a number, which may have more than a JavaScript number keeps: those in the text that come to the same number. */
function numberUnder(body: Buffer, event: unknown, ...path: readonly string[]): string | null {
  const rounded = stringField(event, ...path);
  if (rounded === null) return null;
  const written = new RegExp(`"${path.at(-1)}"\\s*:\\s*(\\d+)`, 'g');
  for (const [, digits = ''] of body.toString('utf8').matchAll(written)) {
    if (Number(digits) === Number(rounded)) return digits;
  }
  return null;
}
