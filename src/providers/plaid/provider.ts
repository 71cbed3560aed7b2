import { defineProvider, headerField, jsonRequest, parseJson, stringField } from 'hookwell/handler-kit';
import { plaid } from 'hookwell/signatures';

/**
 * https://plaid.com/docs/api/webhooks/
 *
 * It sends no id, and the same body each time the same thing happens again, so that the body alone would make all but the first a repeat
 * and lose it. The id is what the request's token claims: when it was made, and of which body. A later try must have a token of its own, for
 * one is good for 5 minutes only (https://plaid.com/docs/api/webhooks/webhook-verification/), and so is another event. What comes twice with
 * one token, or twice within a second, is one event.
 *
 * The sample is Plaid's own (https://plaid.com/docs/api/products/transactions/). It does not say when something happened.
 */
export const definition = defineProvider({
  slug: 'plaid',
  displayName: 'Plaid',
  documentation: 'https://plaid.com/docs/api/webhooks/',
  scheme: plaid,
  delivery: { answerWithinMs: 10_000, retries: 'for 24 h, after 30 s and four times as long each time' },
  derive: ({ headers, body }) => {
    const event = parseJson(body);
    return {
      id: claimsOf(headerField(headers, 'plaid-verification')),
      type: eventType(event),
      // The connection to a bank.
      orderingKey: stringField(event, 'item_id'),
      occurredAt: null,
    };
  },
  // Only Plaid can make the token: the id stands for its claims.
  simulate: ({ body, id }) => jsonRequest(body, {}, { 'plaid-verification': `header.${id}.signature` }),
});

/** The token's claims, as they are spelt: `iat`, in seconds, and `request_body_sha256`. */
function claimsOf(token: string | null): string | null {
  return token?.split('.')[1] ?? null;
}

/** `TRANSACTIONS.SYNC_UPDATES_AVAILABLE` say: several types share codes. */
function eventType(event: unknown): string | null {
  const type = stringField(event, 'webhook_type');
  const code = stringField(event, 'webhook_code');
  return type === null || code === null ? null : `${type}.${code}`;
}

export const handlers = [];
