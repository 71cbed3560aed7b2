import { defineProvider, parseJson, stringField, WebhookHandler } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { Companion, Scripted, Silent } from './scripted.handler.js';
import { Fragile, Mute, Narrow, Paced, Strict } from './steered.handlers.js';

// Plain JavaScript, for it is loaded by the built service as a team's own folder would be: no compiler between.
// What fails by its script says nothing of its handler.
const retry = { attempts: 4, backoffMs: 20, breaker: false };
const scripts = 'OK ERROR REJECT LATER HANG KILL TX TX_KILL HOLD HUGE ODD NOTHING STRAY PAIR MEET'.split(' ');
WebhookHandler({ provider: 'scripted', types: scripts, ...retry, timeoutMs: 20_000 })(Scripted);
WebhookHandler({ provider: 'scripted', types: ['PAIR', 'MEET'], ...retry })(Companion);
const silent = { attempts: 2, backoffMs: 20, timeoutMs: 100, breaker: false };
WebhookHandler({ provider: 'scripted', types: ['SILENT'], ...silent })(Silent);
WebhookHandler({ provider: 'scripted', types: ['MUTE'], ...silent, ordering: 'serial' })(Mute);
WebhookHandler({ provider: 'scripted', types: ['NARROW'], concurrency: 2 })(Narrow);
WebhookHandler({ provider: 'scripted', types: ['PACED'], ratePerSecond: 5 })(Paced);
WebhookHandler({ provider: 'scripted', types: ['TURN'], ordering: 'serial', concurrency: 2 })(Strict);
WebhookHandler({
  provider: 'scripted',
  types: ['FRAGILE'],
  attempts: 50,
  backoffMs: 1,
  breaker: { failureRate: 1, lastAttempts: 3, openMs: 3_600_000 },
})(Fragile);

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
      orderingKey: stringField(event, 'orderingKey'),
      occurredAt: null,
    };
  },
  simulate: ({ body, id }) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ ...JSON.parse(body), id })),
  }),
});

export const handlers = [Scripted, Companion, Silent, Mute, Narrow, Paced, Strict, Fragile];
