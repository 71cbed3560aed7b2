import { expect, it } from 'vitest';
import { definition } from './provider.js';

it('says of a batch what all of its events share', () => {
  const events = [
    { event: 'delivered', sg_message_id: 'a', timestamp: 1769860800 },
    { event: 'open', sg_message_id: 'a', timestamp: 1769860801 },
  ];
  expect(definition.derive({ headers: {}, body: Buffer.from(JSON.stringify(events)) })).toEqual({
    id: null,
    type: null,
    orderingKey: 'a',
    occurredAt: null,
  });
});
