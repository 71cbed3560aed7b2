import { defineProvider, parseJson, stringField, WebhookHandler } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { Scripted } from './scripted.handler.js';

// Plain JavaScript, for it is loaded by the built service as a team's own folder would be: no compiler between.
WebhookHandler({ provider: 'scripted', types: ['*'], attempts: 4, backoffMs: 20, timeoutMs: 20_000 })(
  Scripted,
);

/** Events that say themselves what their handler does. */
export const definition = defineProvider({
  slug: 'scripted',
  displayName: 'Scripted',
  scheme: github,
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'script'),
      orderingKey: null,
      occurredAt: null,
    };
  },
  simulate: ({ body, id }) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ ...JSON.parse(body), id })),
  }),
});

export const handlers = [Scripted];
