import { defineProvider, parseJson, stringField, WebhookHandler } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { Created, Paid, PaidOrFailed, PaidOrRun, Plain, State, Step } from './ordered.handlers.js';

const handles = (types, options = {}) =>
  WebhookHandler({ provider: 'ordered', types, attempts: 20, backoffMs: 20, ...options });
const soon = { requires: ['created'], requiresWithinMs: 1500 };

handles(['*'])(Plain);
handles(['step'], { ordering: 'serial' })(Step);
handles(['created'], { ordering: 'serial' })(Created);
// The pattern takes along what it requires, as `invoice.*` would.
handles(['paid', 'created'], { requires: ['created'] })(Paid);
handles(['paid.or.failed'], { ...soon, whenMissing: 'fail' })(PaidOrFailed);
handles(['paid.or.run'], { ...soon, whenMissing: 'run' })(PaidOrRun);
handles(['state'], { supersede: true })(State);

/** Events that say themselves what they are about, what orders them, and what their handlers do. */
export const definition = defineProvider({
  slug: 'ordered',
  displayName: 'Ordered',
  scheme: github,
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      orderingKey: stringField(event, 'key'),
      occurredAt: null,
      sequence: event?.sequence ?? null,
    };
  },
  simulate: ({ body, id }) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ ...JSON.parse(body), id })),
  }),
});

export const handlers = [Plain, Step, Created, Paid, PaidOrFailed, PaidOrRun, State];
