import { expect, it } from 'vitest';
import { definition } from './provider.js';

function idOf(push: object, headers: Readonly<Record<string, string>> = {}): string | null {
  return definition.derive({ headers, body: Buffer.from(JSON.stringify(push)) }).id;
}

const [ONE, ANOTHER] = ['projects/p/subscriptions/one', 'projects/p/subscriptions/another'] as const;
const metadata = (subscription: string): Readonly<Record<string, string>> => ({
  'x-goog-pubsub-subscription-name': subscription,
  'x-goog-pubsub-message-id': '7',
});

it('is an event for each subscription, wrapped or not', () => {
  expect(idOf({ message: { messageId: '7' }, subscription: ONE })).toBe(`${ONE} 7`);
  expect(idOf({ message: { messageId: '7' }, subscription: ANOTHER })).toBe(`${ANOTHER} 7`);
  expect(idOf({ status: 'up' }, metadata(ONE))).toBe(`${ONE} 7`);
  expect(idOf({ status: 'up' }, metadata(ANOTHER))).toBe(`${ANOTHER} 7`);
});

it('is no repeat of another message where it says nothing but what was published', () => {
  expect(idOf({ status: 'up' })).toBeNull();
  expect(definition.bodiesRepeat).toBe(true);
});
