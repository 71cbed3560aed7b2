import { createHash } from 'node:crypto';
import { defineProvider } from 'hookwell/handler-kit';
import { contentful } from 'hookwell/signatures';

// Plain JavaScript, for it is loaded by the built service as a team's own folder would be: no compiler between.
export const definition = defineProvider({
  slug: 'signs-contentful',
  displayName: 'Signs as contentful does',
  scheme: contentful,
  derive: ({ body }) => ({
    id: createHash('sha256').update(body).digest('hex'),
    type: 'signed',
    orderingKey: null,
    occurredAt: null,
  }),
});

export const handlers = [];
