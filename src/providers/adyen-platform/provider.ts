import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { adyenPlatform } from 'hookwell/signatures';

/** Under `data`, what an event is about where that has no id itself. */
const ENTITIES = ['transfer', 'accountHolder', 'balanceAccount', 'paymentInstrument', 'mandate'] as const;

/**
 * Webhooks of Adyen's platforms: account holders, balance accounts, transfers, and so on.
 * https://docs.adyen.com/platforms/receive-webhooks
 *
 * They have no id of their own. The samples are ours, after the fields that the package @adyen/api-library types.
 */
export const definition = defineProvider({
  slug: 'adyen-platform',
  displayName: 'Adyen for Platforms',
  documentation: 'https://docs.adyen.com/platforms/receive-webhooks',
  scheme: adyenPlatform,
  delivery: {
    answerWithinMs: 10_000,
    retries: '3 within a minute, then with pauses of 2 minutes to 8 hours for 30 days',
  },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: null,
      type: stringField(event, 'type'),
      orderingKey: entityId(event),
      occurredAt:
        timeField(stringField(event, 'data', 'updatedAt')) ?? timeField(stringField(event, 'timestamp')),
      sequence: sequenceOf(event),
    };
  },
  simulate: ({ body, now }) => jsonRequest(body, { timestamp: now.toISOString() }),
});

function entityId(event: unknown): string | null {
  const ids = ENTITIES.map((entity) => stringField(event, 'data', entity, 'id'));
  return stringField(event, 'data', 'id') ?? ids.find((id) => id !== null) ?? null;
}

/** Transfers are counted, all of the same transfer. */
function sequenceOf(event: unknown): number | null {
  const count = stringField(event, 'data', 'sequenceNumber');
  return count === null ? null : Number(count);
}

export const handlers = [];
