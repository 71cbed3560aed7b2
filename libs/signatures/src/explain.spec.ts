import { expect, it } from 'vitest';
import { explain } from './explain.js';
import type { LocalScheme } from './scheme.js';

const each: LocalScheme = {
  keys: 'given',
  secretName: 'secret',
  secretProblem: () => null,
  read: () => ({
    parts: ['one', 'two'].map((text) => ({
      signed: [text, Buffer.from('!')],
      matches: () => true,
      expected: (secret) => `${text} by ${secret}`,
    })),
  }),
};
const request = { method: 'POST', url: '', headers: {}, rawBody: Buffer.alloc(0) };
const keys = { resolve: () => Promise.resolve(null) };

it('tells of things that are each signed by themselves in their order', async () => {
  const { signed, expected } = await explain(each, request, ['x'], new Date(), keys);
  expect(signed?.toString()).toBe('one!\ntwo!');
  expect(expected).toEqual(['one by x… two by x…']);
});
