import { defineProvider } from 'hookwell/handler-kit';
import { plaid } from 'hookwell/signatures';

/** Nothing but a way to sign. */
export const definition = defineProvider({
  slug: 'by-plaid-key',
  displayName: 'by-plaid-key',
  scheme: plaid,
  derive: () => ({ id: null, type: null, orderingKey: null, occurredAt: null }),
});

export const handlers = [];
