import { defineProvider } from 'hookwell/handler-kit';
import { awsSns } from 'hookwell/signatures';

/** Nothing but a way to sign. */
export const definition = defineProvider({
  slug: 'by-certificate',
  displayName: 'by-certificate',
  scheme: awsSns,
  derive: () => ({ id: null, type: null, orderingKey: null, occurredAt: null }),
});

export const handlers = [];
