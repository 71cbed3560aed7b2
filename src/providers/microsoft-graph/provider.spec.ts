import { expect, it } from 'vitest';
import { definition } from './provider.js';

function idOf(...value: readonly object[]): string | null {
  return definition.derive({ headers: {}, body: Buffer.from(JSON.stringify({ value })) }).id;
}

const change = { subscriptionId: 's', changeType: 'updated', resource: 'users/1' };

it("is told by all of its notifications' ids", () => {
  expect(idOf({ ...change, id: 'a' })).toBe('a');
  expect(idOf({ ...change, id: 'a' }, { ...change, id: 'b' })).toBe('a b');
});

it('is no repeat of another in the same words where a notification has no id', () => {
  expect(idOf({ ...change, id: 'a' }, change)).toBeNull();
  expect(idOf()).toBeNull();
  expect(definition.bodiesRepeat).toBe(true);
});
