import { expect, it } from 'vitest';
import { definition } from './provider.js';

function idOf(headers: Readonly<Record<string, string>>, body = '{"object_kind":"push"}'): string | null {
  return definition.derive({ headers, body: Buffer.from(body) }).id;
}

function occurredAt(event: object): Date | null {
  return definition.derive({ headers: {}, body: Buffer.from(JSON.stringify(event)) }).occurredAt;
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

const created = '2016-08-12 15:23:28 UTC';
const finished = '2016-08-12 15:26:29 UTC';

// As GitLab's page has them: https://docs.gitlab.com/user/project/integrations/webhook_events
it.each([
  [
    'a note',
    { object_kind: 'note', object_attributes: { updated_at: '2015-05-17 18:08:09 UTC' } },
    '2015-05-17T18:08:09Z',
  ],
  [
    'a pipeline that runs',
    { object_kind: 'pipeline', object_attributes: { created_at: created, finished_at: null } },
    '2016-08-12T15:23:28Z',
  ],
  [
    'a pipeline that ended',
    { object_kind: 'pipeline', object_attributes: { created_at: created, finished_at: finished } },
    '2016-08-12T15:26:29Z',
  ],
  [
    'a job that waits',
    { object_kind: 'build', build_created_at: '2021-02-23T02:41:37.886Z', build_started_at: null },
    '2021-02-23T02:41:37.886Z',
  ],
  [
    'a job that runs',
    { object_kind: 'build', build_created_at: created, build_started_at: finished },
    '2016-08-12T15:26:29Z',
  ],
  [
    'a job that ended',
    {
      object_kind: 'build',
      build_created_at: created,
      build_started_at: created,
      build_finished_at: finished,
    },
    '2016-08-12T15:26:29Z',
  ],
  [
    'a deployment',
    { object_kind: 'deployment', status_changed_at: '2021-04-28 21:50:00 +0200' },
    '2021-04-28T19:50:00Z',
  ],
  [
    'a release',
    { object_kind: 'release', action: 'create', created_at: '2020-11-02 12:55:12 UTC', released_at: created },
    '2020-11-02T12:55:12Z',
  ],
  [
    'a member',
    { event_name: 'user_update_for_group', created_at: created, updated_at: '2020-12-12T08:48:19Z' },
    '2020-12-12T08:48:19Z',
  ],
])('has the time of %s', (_, event, time) => {
  expect(occurredAt(event)).toEqual(new Date(time));
});

it.each([
  ['a release that is changed', { object_kind: 'release', action: 'update', created_at: created }],
  ['a member that is gone', { event_name: 'user_remove_from_group', updated_at: created }],
  ['a subgroup that is gone', { event_name: 'subgroup_destroy', updated_at: created }],
  [
    'a token that expires',
    {
      object_kind: 'access_token',
      event_name: 'expiring_access_token',
      object_attributes: { created_at: created },
    },
  ],
  ['what names no event', { updated_at: created }],
])('has none of %s, whose times are of before', (_, event) => {
  expect(occurredAt(event)).toBeNull();
});
