import { expect, it } from 'vitest';
import { definition } from './provider.js';

it.each([
  ['event', 1769860800, '2026-01-31T12:00:00.000Z'],
  ['v2.core.event', '2026-01-31T12:00:00.123Z', '2026-01-31T12:00:00.123Z'],
])('of an %s has happened when it was created, at %s', (object, created, time) => {
  const body = Buffer.from(JSON.stringify({ id: 'evt_1', object, created }));
  expect(definition.derive({ headers: {}, body }).occurredAt).toEqual(new Date(time));
});

it.each([
  ['event', '-1'],
  ['v2.core.event', 'yesterday'],
])('of an %s has no time where that is %s', (object, created) => {
  const body = Buffer.from(JSON.stringify({ object, created }));
  expect(definition.derive({ headers: {}, body }).occurredAt).toBeNull();
});
