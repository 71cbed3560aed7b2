import { defineProvider, parseJson, stringField, WebhookHandler } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { Companion, Scripted, Silent } from './scripted.handler.js';

// Plain JavaScript, for it is loaded by the built service as a team's own folder would be: no compiler between.
const retry = { attempts: 4, backoffMs: 20 };
const scripts = 'OK ERROR REJECT LATER HANG KILL TX TX_KILL HOLD HUGE ODD NOTHING STRAY PAIR MEET'.split(' ');
WebhookHandler({ provider: 'scripted', types: scripts, ...retry, timeoutMs: 20_000 })(Scripted);
WebhookHandler({ provider: 'scripted', types: ['PAIR', 'MEET'], ...retry })(Companion);
WebhookHandler({ provider: 'scripted', types: ['SILENT'], attempts: 2, backoffMs: 20, timeoutMs: 100 })(
  Silent,
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

export const handlers = [Scripted, Companion, Silent];
