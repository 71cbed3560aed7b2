import { defineProvider, WebhookHandler } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { Audit, Charge, Close, Fee, Ordered, Transfer } from './money.handlers.js';

const handles = (types, options = {}) =>
  WebhookHandler({ provider: 'money', types, attempts: 100, backoffMs: 1, ...options });

handles(['transfer', 'audited'])(Transfer);
handles(['audited'])(Fee);
handles(['audited'], { transaction: false })(Audit);
handles(['charged'])(Charge);
handles(['ordered'], { ordering: 'serial' })(Ordered);
handles(['close'], { requires: ['ordered'] })(Close);

/** Transfers between accounts. Its events are stored without a request, so it derives nothing. */
export const definition = defineProvider({
  slug: 'money',
  displayName: 'Money',
  scheme: github,
  derive: () => ({ id: null, type: null, orderingKey: null, occurredAt: null }),
  simulate: ({ body }) => ({ headers: {}, body: Buffer.from(body) }),
});

export const handlers = [Transfer, Fee, Audit, Charge, Ordered, Close];
