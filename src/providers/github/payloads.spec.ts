import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { payloadOf } from 'hookwell/handler-kit';
import { expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { type GithubPayloads, githubEvents, type PullRequestEvent, type PushEvent } from './payloads.js';

const sample: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/push.json'), 'utf8'));

it("has GitHub's own fields under the event's type", () => {
  const { provider, types, payload } = githubEvents('push');
  const push = payloadOf(payload, { payload: sample });
  expect([provider, types, push.repository.full_name]).toEqual([
    'github',
    ['push'],
    'Codertocat/Hello-World',
  ]);
  expectTypeOf(push.commits[0]?.message).toEqualTypeOf<string | undefined>();
  // @ts-expect-error a field that a push has not
  expect(push.repositry).toBeUndefined();
  // @ts-expect-error a type that GitHub has not
  githubEvents('pushed');
});

it('tells the actions of a type apart', () => {
  type Opened = Extract<GithubPayloads['issues'], { action: 'opened' }>;
  expectTypeOf<Opened['issue']['state']>().toExtend<'open' | 'closed' | undefined>();
});

it('knows every field that our own schemas use', () => {
  type PullRequestFields = keyof z.input<typeof PullRequestEvent>['pull_request'];
  expectTypeOf<PullRequestFields>().toExtend<keyof GithubPayloads['pull_request']['pull_request']>();
  expectTypeOf<keyof z.input<typeof PushEvent>>().toExtend<keyof GithubPayloads['push']>();
});
