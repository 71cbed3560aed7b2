import { defineProvider, parseJson, stringField } from 'hookwell/handler-kit';
import { github } from 'hookwell/signatures';
import { handlers } from './handlers.js';

/** Events whose handlers can be mended and broken by files, as a deployment would do it. */
export const definition = defineProvider({
  slug: 'replayed',
  displayName: 'Replayed',
  scheme: github,
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      orderingKey: stringField(event, 'key'),
      occurredAt: null,
    };
  },
  simulate: ({ body, id }) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ ...JSON.parse(body), id })),
  }),
});

export { handlers };
