import { expect, it } from 'vitest';
import { definition } from './provider.js';

it('reads nothing from a body that a trigger has made', () => {
  const body = Buffer.from(
    '{"id":"5158","type":"question","subject":"Broken","time":"2026-01-30T09:15:12Z"}',
  );
  const headers = { 'x-zendesk-webhook-invocation-id': '01KE' };
  expect(definition.derive({ headers, body })).toEqual({
    id: '01KE',
    type: null,
    orderingKey: null,
    occurredAt: null,
  });
});
