import { expect, it } from 'vitest';
import { definition } from './provider.js';

function idOf(headers: Readonly<Record<string, string>>, body = '{"object_kind":"push"}'): string | null {
  return definition.derive({ headers, body: Buffer.from(body) }).id;
}

const uuid = { 'x-gitlab-event-uuid': 'u' };

it('is told by its own key', () => {
  expect(idOf({ ...uuid, 'idempotency-key': 'k' })).toBe('k');
});

it('is told by the id that is signed where it is, and by nothing beside it', () => {
  const signed = { ...uuid, 'webhook-signature': 'v1,AAAA', 'webhook-id': 'signed' };
  expect(idOf({ ...signed, 'idempotency-key': 'added' })).toBe('signed');
});

it('is told by what has caused it and by its body where it has no key', () => {
  expect(idOf(uuid)).toBe(idOf(uuid));
  expect(idOf(uuid)).not.toBe(idOf(uuid, '{"object_kind":"pipeline"}'));
  expect(idOf(uuid)).not.toBe(idOf({ 'x-gitlab-event-uuid': 'another' }));
});

it('is no repeat of another event in the same words where it has neither', () => {
  expect(idOf({})).toBeNull();
  expect(definition.bodiesRepeat).toBe(true);
});
