import { HandlerBench } from 'hookwell/handler-kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GithubRefsAndPullRequests1795000000003 } from './migrations/1795000000003-github-refs-and-pull-requests.js';
import { definition } from './provider.js';
import { GithubPullRequestEntity } from './pull-request.entity.js';
import { RecordPullRequest } from './record-pull-request.handler.js';

let bench: HandlerBench;

beforeAll(async () => {
  bench = await HandlerBench.open({
    definition,
    folder: import.meta.dirname,
    entities: [GithubPullRequestEntity],
    migrations: [GithubRefsAndPullRequests1795000000003],
  });
});

afterAll(() => bench.close());

it('keeps a pull request as the last event tells it', async () => {
  const opened = await bench.run(RecordPullRequest, bench.event('pull_request'));
  expect(opened).toMatchObject({ outcome: 'SUCCEEDED', result: { pullRequest: 2, state: 'open' } });
  const merged = { state: 'closed', merged: true, updated_at: '2019-05-15T15:20:34Z' };
  await bench.run(RecordPullRequest, bench.event('pull_request', { payload: { pull_request: merged } }));
  expect(await bench.manager.find(GithubPullRequestEntity)).toEqual([
    {
      repository: 'Codertocat/Hello-World',
      number: 2,
      state: 'closed',
      merged: true,
      title: 'Update the README with new information.',
      updatedAt: new Date('2019-05-15T15:20:34Z'),
    },
  ]);
});
