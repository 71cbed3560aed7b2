import { expect, it } from 'vitest';
import { definition } from './provider.js';

function idOf(...events: readonly object[]): string | null {
  return definition.derive({ headers: {}, body: Buffer.from(JSON.stringify(events)) }).id;
}

const event = { eventId: 1, subscriptionId: 12345, occurredAt: 1769860800000, attemptNumber: 0 };

it.each([
  ['an object', { objectId: 1 }, { objectId: 2 }],
  ['two objects', { fromObjectId: 1, toObjectId: 2 }, { fromObjectId: 1, toObjectId: 3 }],
])('is the same at the next try, and another of %s under the same event id', (_, one, another) => {
  expect(idOf({ ...event, ...one, attemptNumber: 1 })).toBe(idOf({ ...event, ...one }));
  expect(idOf({ ...event, ...another })).not.toBe(idOf({ ...event, ...one }));
});

it('is told by all of its events', () => {
  const [one, another] = [
    { ...event, objectId: 1 },
    { ...event, objectId: 2 },
  ];
  expect(idOf(one, another)).not.toBe(idOf(one, { ...event, objectId: 3 }));
  expect(idOf(one, { objectId: 2 })).toBeNull();
});

it.each([
  ['contact.creation', '0-1', '62515 contact 1'],
  ['object.creation', '0-1', '62515 0-1 1'],
  ['object.propertyChange', '2-1234', '62515 2-1234 1'],
  ['object.propertyChange', undefined, null],
])('keeps in order the %s of objects of type %s: %s', (subscriptionType, objectTypeId, key) => {
  const body = Buffer.from(
    JSON.stringify([{ ...event, portalId: 62515, subscriptionType, objectTypeId, objectId: 1 }]),
  );
  expect(definition.derive({ headers: {}, body }).orderingKey).toBe(key);
});
