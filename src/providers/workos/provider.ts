import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { workos } from 'hookwell/signatures';

/**
 * https://workos.com/docs/events
 *
 * The samples are made after the fields of the package @workos-inc/node.
 */
export const definition = defineProvider({
  slug: 'workos',
  displayName: 'WorkOS',
  documentation: 'https://workos.com/docs/events/data-syncing/webhooks',
  scheme: workos,
  delivery: { answerWithinMs: null, retries: '6 in 3 days' },
  derive: ({ body }) => {
    const event = parseJson(body);
    const field = (...path: string[]): string | null => stringField(event, 'data', ...path);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'event'),
      // The thing itself; the group that a member joins or leaves, the user who signs in.
      orderingKey: field('id') ?? field('group', 'id') ?? field('user_id'),
      occurredAt: timeField(stringField(event, 'created_at')),
    };
  },
  simulate: ({ body, id, now }) => jsonRequest(body, { id: `event_${id}`, created_at: now.toISOString() }),
});

export const handlers = [];
