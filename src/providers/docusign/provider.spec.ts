import type { DerivedEvent } from 'hookwell/handler-kit';
import { expect, it } from 'vitest';
import { definition } from './provider.js';

function derive(event: string, data: object, retryCount = 0): DerivedEvent {
  const message = { event, retryCount, generatedDateTime: '2026-01-31T12:00:00.0000000Z', data };
  return definition.derive({ headers: {}, body: Buffer.from(JSON.stringify(message)) });
}

it.each([
  ['template-modified', { templateId: 't' }, 't'],
  ['envelope-sent', { envelopeId: 'e' }, 'e'],
  ['envelope-sent', { envelopeId: 'e', templateId: 't' }, 'e'],
])('of %s, %j, is the same event at the next try, about %s', (event, data, subject) => {
  const first = derive(event, data);
  expect(first).toMatchObject({
    id: `${event} ${subject} 2026-01-31T12:00:00.0000000Z`,
    orderingKey: subject,
  });
  expect(derive(event, data, 1)).toEqual(first);
});
