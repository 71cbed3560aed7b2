import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { occurredAt } from './occurred-at.js';
import { definition } from './provider.js';

const collected = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
  readonly name: string;
  readonly examples: readonly { readonly action?: string }[];
}[];

function timesOf(type: string, action?: string): (string | null)[] {
  const examples = collected.find(({ name }) => name === type)?.examples ?? [];
  return examples
    .filter((example) => example.action === action)
    .map((example) => occurredAt(type, example)?.toISOString() ?? null);
}

describe("the time of GitHub's own examples", () => {
  it.each([
    ['push', undefined, '2019-05-15T15:20:57.000Z'],
    ['issues', 'edited', '2019-05-15T15:20:18.000Z'],
    ['check_run', 'created', '2019-05-15T15:21:12.000Z'],
    ['check_run', 'completed', '2019-05-15T15:21:12.000Z'],
    ['check_suite', 'requested', '2019-05-15T15:20:33.000Z'],
    ['check_suite', 'completed', '2019-05-15T15:21:14.000Z'],
    // Beside a run of a workflow, and with a status since.
    ['deployment', 'created', '2022-01-03T01:28:30.000Z'],
    ['deployment_status', 'created', '2022-01-03T01:28:40.000Z'],
    ['release', 'published', '2019-05-15T15:20:53.000Z'],
    ['release', 'created', '2019-05-15T15:20:53.000Z'],
    ['workflow_job', 'queued', '2021-09-13T02:21:13.000Z'],
    ['workflow_job', 'waiting', '2023-04-19T21:12:12.000Z'],
    ['workflow_job', 'in_progress', '2023-06-26T03:31:36.000Z'],
    ['workflow_job', 'completed', '2021-08-05T10:38:16.000Z'],
    ['workflow_run', 'requested', '2020-10-05T16:33:24.000Z'],
    ['workflow_run', 'completed', '2020-10-05T16:33:49.000Z'],
  ])('is for %s %s, among others, %s', (type, action, time) => {
    expect(timesOf(type, action)).toContain(time);
  });

  it.each([
    ['check_run', 'rerequested'],
    ['check_run', 'requested_action'],
    ['check_suite', 'rerequested'],
    ['release', 'edited'],
    ['release', 'deleted'],
    ['release', 'prereleased'],
    ['release', 'released'],
    ['star', 'created'],
  ])('is nothing for %s %s, which only has times of before', (type, action) => {
    expect(new Set(timesOf(type, action))).toEqual(new Set([null]));
  });
});

it.each([
  {
    what: 'a job',
    type: 'workflow_job',
    steps: [
      { action: 'queued', created_at: '12:00:00', started_at: '12:00:00', completed_at: null },
      { action: 'in_progress', created_at: '12:00:00', started_at: '12:00:07', completed_at: null },
      { action: 'completed', created_at: '12:00:00', started_at: '12:00:07', completed_at: '12:01:00' },
    ],
    times: ['12:00:00', '12:00:07', '12:01:00'],
  },
  {
    what: 'a job that ends before it begins',
    type: 'workflow_job',
    steps: [
      { action: 'queued', created_at: '12:00:00', started_at: '12:00:00', completed_at: null },
      { action: 'completed', created_at: '12:00:00', started_at: '12:00:00', completed_at: '11:59:59' },
    ],
    times: ['12:00:00', '12:00:00'],
  },
  {
    what: 'a check that is run again',
    type: 'check_run',
    steps: [
      { action: 'created', started_at: '12:00:00', completed_at: null },
      { action: 'completed', started_at: '12:00:00', completed_at: '12:01:00' },
      { action: 'created', started_at: '12:05:00', completed_at: null },
    ],
    times: ['12:00:00', '12:01:00', '12:05:00'],
  },
  {
    what: 'a draft',
    type: 'release',
    steps: [
      { action: 'created', created_at: '11:00:00', published_at: null },
      { action: 'published', created_at: '11:00:00', published_at: '12:00:00' },
    ],
    times: [null, '12:00:00'],
  },
])('of $what never goes back from one action to the next', ({ type, steps, times }) => {
  const dated = (time: string | null): string | null => time && `2026-01-31T${time}.000Z`;
  const found = steps.map(({ action, ...own }) => {
    const object = Object.fromEntries(Object.entries(own).map(([name, time]) => [name, dated(time)]));
    return occurredAt(type, { action, [type]: object })?.toISOString() ?? null;
  });
  expect(found).toEqual(times.map(dated));
});

it.each([null, 'constructor', 'push'])('is that of what is numbered whatever the type, %s say', (type) => {
  const event = { pull_request: { updated_at: '2026-01-31T12:00:00Z' }, repository: { pushed_at: 1 } };
  expect(occurredAt(type, event)).toEqual(new Date('2026-01-31T12:00:00Z'));
});

it('is that of the type that the headers name', () => {
  const body = Buffer.from('{"workflow_run":{"updated_at":"2026-01-31T12:00:00Z"}}');
  const timeOf = (type: string): Date | null =>
    definition.derive({ headers: { 'x-github-event': type }, body }).occurredAt;
  expect(timeOf('workflow_run')).toEqual(new Date('2026-01-31T12:00:00Z'));
  expect(timeOf('deployment_review')).toBeNull();
});
