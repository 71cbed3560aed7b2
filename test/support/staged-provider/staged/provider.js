import { defineProvider, parseJson, stringField, WebhookHandler } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { After, Beside, Free, InTurn, Latest } from './staged.handlers.js';

// No test waits for a retry, and a breaker is tripped by nothing but a row of failures.
const handles = (types, options = {}) =>
  WebhookHandler({
    ...{ provider: 'staged', types, attempts: 20, backoffMs: 2 ** 31 - 1 },
    ...{ breaker: { failureRate: 1, lastAttempts: 20, openMs: 3_600_000 }, ...options },
  });

handles(['free'])(Free);
handles(['after'], { requires: ['before'] })(After);
handles(['latest', 'before.latest'], { requires: ['before.latest'], supersede: true })(Latest);
handles(['turn', 'both'], { ordering: 'serial' })(InTurn);
handles(['both'])(Beside);

/** Events that say themselves what becomes of them, step by step. */
export const definition = defineProvider({
  slug: 'staged',
  displayName: 'Staged',
  scheme: github,
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      orderingKey: stringField(event, 'key'),
      occurredAt: null,
      sequence: event?.sequence ?? 0,
    };
  },
  simulate: ({ body, id }) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ ...JSON.parse(body), id })),
  }),
});

export const handlers = [Free, After, Latest, InTurn, Beside];
