import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { orderingKey } from './ordering-key.js';

const collected = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
  readonly name: string;
  readonly examples: readonly unknown[];
}[];

const REPOSITORY = 'Codertocat/Hello-World';

describe("the key of GitHub's own examples", () => {
  const keysOf = (type: string): Set<string | null> =>
    new Set(collected.find(({ name }) => name === type)?.examples.map(orderingKey));

  it.each([
    ['issues', `${REPOSITORY} #1`],
    ['issue_comment', `${REPOSITORY} #1`],
    ['pull_request_review', `${REPOSITORY} #2`],
    ['pull_request_review_comment', `${REPOSITORY} #2`],
    ['push', `${REPOSITORY} refs/tags/simple-tag`],
    ['create', `${REPOSITORY} refs/tags/simple-tag`],
    ['delete', `${REPOSITORY} refs/tags/simple-tag`],
    ['release', `${REPOSITORY} refs/tags/0.0.1`],
    ['check_suite', `${REPOSITORY} refs/heads/changes`],
    ['check_run', `${REPOSITORY} refs/heads/changes`],
    ['star', REPOSITORY],
  ])('is for %s, among others, %s', (type, key) => {
    expect(keysOf(type)).toContain(key);
  });

  it.each(['github_app_authorization', 'security_advisory', 'sponsorship'])('is nothing for %s', (type) => {
    expect(keysOf(type)).toEqual(new Set([null]));
  });
});

const repository = { full_name: 'a/b' };

it.each([
  ['a branch that is made, as its pushes', { ref: 'main', ref_type: 'branch' }, 'a/b refs/heads/main'],
  ['a tag that is made, as its pushes', { ref: 'v1', ref_type: 'tag' }, 'a/b refs/tags/v1'],
  ['a repository that is made', { ref: null, ref_type: 'repository' }, 'a/b'],
  ['a discussion', { discussion: { number: 7 } }, 'a/b #7'],
  ['a run of a workflow', { workflow_run: { head_branch: 'main' } }, 'a/b refs/heads/main'],
  ['a job of a workflow', { workflow_job: { head_branch: 'main' } }, 'a/b refs/heads/main'],
  ['a run on no branch', { check_suite: { head_branch: null } }, 'a/b'],
])('is, for %s', (_, event, key) => {
  expect(orderingKey({ repository, ...event })).toBe(key);
});
