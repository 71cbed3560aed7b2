import {
  defineProvider,
  joinFields,
  listField,
  parseJson,
  sharedField,
  timeField,
} from 'hookwell/handler-kit';
import { adyen } from 'hookwell/signatures';

const ITEM = 'NotificationRequestItem';

/**
 * Webhooks about payments. https://docs.adyen.com/development-resources/webhooks/webhook-types
 *
 * A repeat has the same code and reference, and what else it says may be newer: only one that says the same, at the same time, is
 * taken for a repeat. The sample is ours, after the documented fields.
 */
export const definition = defineProvider({
  slug: 'adyen',
  displayName: 'Adyen',
  documentation: 'https://docs.adyen.com/development-resources/webhooks',
  scheme: adyen,
  delivery: {
    answerWithinMs: 10_000,
    retries: '3 within a minute, then with pauses of 2 minutes to 8 hours for 30 days',
  },
  // Any success will do since 2024; who was set up before may still need the word.
  answer: { status: 200, headers: { 'content-type': 'text/plain' }, body: '[accepted]' },
  derive: ({ body }) => {
    const items = listField(parseJson(body), 'notificationItems');
    const field = (name: string): string | null => sharedField(items, ITEM, name);
    return {
      id:
        items.length === 1
          ? joinFields(field('eventCode'), field('pspReference'), field('success'), field('eventDate'))
          : null,
      type: field('eventCode'),
      orderingKey: field('originalReference') ?? field('pspReference'),
      occurredAt: timeField(field('eventDate')),
    };
  },
  // Without a signature, which would be in the body.
  simulate: ({ body, id, now }) => {
    const { notificationItems, ...rest } = JSON.parse(body) as { notificationItems: { [ITEM]: object }[] };
    const fresh = { pspReference: id, eventDate: now.toISOString() };
    const items = notificationItems.map((item) => ({ [ITEM]: { ...item[ITEM], ...fresh } }));
    return {
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ ...rest, notificationItems: items })),
    };
  },
});

export const handlers = [];
