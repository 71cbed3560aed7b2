import { defineProvider, jsonRequest, millisecondsField, parseJson, stringField } from 'hookwell/handler-kit';
import { vercel } from 'hookwell/signatures';

/**
 * https://vercel.com/docs/webhooks/webhooks-api
 *
 * The sample is made after the fields documented there.
 */
export const definition = defineProvider({
  slug: 'vercel',
  displayName: 'Vercel',
  documentation: 'https://vercel.com/docs/webhooks/webhooks-api',
  scheme: vercel,
  delivery: { answerWithinMs: 30_000, retries: 'for 24 h' },
  derive: ({ body }) => {
    const event = parseJson(body);
    const field = (...path: string[]): string | null => stringField(event, 'payload', ...path);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      orderingKey: field('deployment', 'id') ?? field('project', 'id') ?? field('configuration', 'id'),
      occurredAt: millisecondsField(stringField(event, 'createdAt')),
    };
  },
  simulate: ({ body, id, now }) => jsonRequest(body, { id, createdAt: now.getTime() }),
});

export const handlers = [];
