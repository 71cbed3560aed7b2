import { expect, it } from 'vitest';
import { storableEvent, storableId } from './storable-event.js';

const EVENT = { id: 'evt_1', type: 'paid', orderingKey: 'o-7', occurredAt: new Date('2026-01-31T12:00:00Z') };
const HALF = '\ud83d';

it('leaves an event that can be stored as it is', () => {
  expect(storableEvent(EVENT)).toEqual(EVENT);
  expect(storableEvent({ ...EVENT, id: null, type: null, orderingKey: null, occurredAt: null })).toEqual({
    id: null,
    type: null,
    orderingKey: null,
    occurredAt: null,
  });
});

it('cuts texts to their columns, and leaves no half of a character', () => {
  const long = `${'x'.repeat(254)}💥`;
  const stored = `${'x'.repeat(254)}\ufffd`;
  expect(storableEvent({ ...EVENT, id: long, type: long, orderingKey: long })).toMatchObject({
    id: stored,
    type: stored,
    orderingKey: stored,
  });
});

it.each(['0999-12-31T23:59:59Z', '+010000-01-01T00:00:00Z', 'x'])('has no time for %s', (time) => {
  expect(storableEvent({ ...EVENT, occurredAt: new Date(time) }).occurredAt).toBeNull();
});

it('tells ids apart that differ in halves of characters alone', () => {
  const ids = [`${HALF}1`, '\ud8001', '\ufffd1', 'é1', '💥1'].map(storableId);
  expect(new Set(ids.map((id) => Buffer.from(id).toString('hex'))).size).toBe(ids.length);
  expect(storableId('💥1')).toBe('💥1');
});
