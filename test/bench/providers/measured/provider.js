import { defineProvider, parseJson, stringField, WebhookHandler } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { Failing, Ordered, OrderedWriting, Plain, Stuck, Writing } from './measured.handlers.js';

// Plain JavaScript, loaded by the built service as a team's own folder would be. No breaker: what fails is to be measured too.
const handles = (type, options = {}) =>
  WebhookHandler({ provider: 'measured', types: [type], breaker: false, backoffMs: 500, ...options });
handles('PLAIN')(Plain);
handles('TRANSACTION')(Writing);
handles('FAILING')(Failing);
handles('SERIAL', { ordering: 'serial' })(Ordered);
handles('SERIAL_TRANSACTION', { ordering: 'serial' })(OrderedWriting);
handles('STUCK', { ordering: 'serial', backoffMs: 2 ** 31 - 1 })(Stuck);

/** Events that say themselves what kind of work they are. */
export const definition = defineProvider({
  slug: 'measured',
  displayName: 'Measured',
  scheme: github,
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'script'),
      orderingKey: stringField(event, 'key'),
      occurredAt: null,
    };
  },
  simulate: ({ body }) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body),
  }),
});

export const handlers = [Plain, Writing, Failing, Ordered, OrderedWriting, Stuck];
