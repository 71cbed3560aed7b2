import { HandlerBench } from 'hookwell/handler-kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GithubRefsAndPullRequests1795000000003 } from './migrations/1795000000003-github-refs-and-pull-requests.js';
import { definition } from './provider.js';
import { RecordPush } from './record-push.handler.js';
import { GithubRefEntity } from './ref.entity.js';

let bench: HandlerBench;

beforeAll(async () => {
  bench = await HandlerBench.open({
    definition,
    folder: import.meta.dirname,
    entities: [GithubRefEntity],
    migrations: [GithubRefsAndPullRequests1795000000003],
  });
});

afterAll(() => bench.close());

it.each([
  { tells: 'where a branch points to', push: { after: 'a'.repeat(40) }, head: 'a'.repeat(40) },
  { tells: 'that it was deleted', push: { after: '0'.repeat(40), deleted: true }, head: null },
])('keeps $tells', async ({ push, head }) => {
  const run = await bench.run(
    RecordPush,
    bench.event('push', { payload: { ...push, ref: 'refs/heads/main' } }),
  );
  expect(run).toMatchObject({ outcome: 'SUCCEEDED', result: { ref: 'refs/heads/main', head } });
  expect(await bench.manager.find(GithubRefEntity)).toEqual([
    {
      repository: 'Codertocat/Hello-World',
      ref: 'refs/heads/main',
      head,
      pushedBy: 'Codertocat',
      pushedAt: new Date('2019-05-15T15:20:57Z'),
    },
  ]);
});
