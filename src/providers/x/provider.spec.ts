import { bodyDigest, type DerivedEvent } from 'hookwell/handler-kit';
import { describe, expect, it } from 'vitest';
import { definition } from './provider.js';

const bytes = (activity: object): Buffer => Buffer.from(JSON.stringify(activity));
const derive = (activity: object): DerivedEvent => definition.derive({ headers: {}, body: bytes(activity) });

describe('an activity of an account', () => {
  it('has its id for each user and list', () => {
    const id = '1';
    expect(derive({ for_user_id: 'u', tweet_create_events: [{ id_str: id, id: 7 }] }).id).toBe(
      'tweet_create_events u 1',
    );
    expect(derive({ for_user_id: 'v', direct_message_events: [{ id }] }).id).toBe(
      'direct_message_events v 1',
    );
  });

  it.each([
    ['without an id', { for_user_id: 'u', follow_events: [{ created_timestamp: '1517588749178' }] }],
    ['with several', { for_user_id: 'u', favorite_events: [{ id: 'a' }, { id: 'b' }] }],
    ['of nobody', { favorite_events: [{ id: 'a' }] }],
  ])('is told by its body %s', (_, activity) => {
    expect(derive(activity).id).toBe(bodyDigest(bytes(activity)));
  });

  it('is about the user who has revoked the access', () => {
    const revoke = { date_time: '2018-05-24T09:48:12+00:00', source: { user_id: '63046977' } };
    expect(derive({ user_event: { revoke } })).toEqual({
      id: bodyDigest(bytes({ user_event: { revoke } })),
      type: 'user_event',
      orderingKey: '63046977',
      occurredAt: new Date('2018-05-24T09:48:12Z'),
    });
  });
});

it('has the id, type and user that the X Activity API gives it', () => {
  const data = { event_uuid: '7', event_type: 'post.create', filter: { user_id: 'u' }, payload: {} };
  expect(derive({ data })).toEqual({ id: '7', type: 'post.create', orderingKey: 'u', occurredAt: null });
});

it('is no repeat of another in the same words where it is of neither', () => {
  expect(derive({ data: { id: '1', text: 'a post' } }).id).toBeNull();
  expect(definition.bodiesRepeat).toBe(true);
});
