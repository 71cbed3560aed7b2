import { defineProvider } from 'hookwell/handler-kit';
import { googlePubsub } from 'hookwell/signatures';

/** Nothing but a way to sign. */
export const definition = defineProvider({
  slug: 'by-key-set',
  displayName: 'by-key-set',
  scheme: googlePubsub,
  derive: () => ({ id: null, type: null, orderingKey: null, occurredAt: null }),
});

export const handlers = [];
