import { okta } from 'hookwell/signatures';
import { expect, it } from 'vitest';
import { problemFor } from './secret-problem.js';

it.each([
  ['acme:a long password', null],
  ['acme:with:colons', null],
  ['acme\u0007:password', 'must have no control character in it'],
  ['acme:pass\nword', 'must have no control character in it'],
  ['acme:\u0085', 'must have no control character in it'],
  ['acme:', 'must be user:password, both of at least one character'],
  [':password', 'must be user:password, both of at least one character'],
  ['password', 'must be user:password, both of at least one character'],
])('says of the basic credentials %j: %s', (secret, problem) => {
  expect(problemFor('basic', secret, okta)).toBe(problem);
});
