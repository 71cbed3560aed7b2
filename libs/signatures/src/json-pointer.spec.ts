import { expect, it } from 'vitest';
import { textAt } from './json-pointer.js';

it.each([
  ['/a', { a: 'text' }, 'text'],
  ['/a~1b/~01', { 'a/b': { '~1': 7 } }, '7'],
  ['/0/id', [{ id: 'x' }], 'x'],
  ['/00/id', [{ id: 'x' }], null],
  ['/length', ['x'], null],
  ['', 'text', 'text'],
  ['/a', { a: '' }, null],
  ['/a', { a: true }, null],
  ['/a', { a: 1.5 }, '1.5'],
  // Read from 9007199254740993, which JSON.parse rounds.
  ['/a', { a: 9_007_199_254_740_992 }, null],
  ['/constructor/name', {}, null],
  ['/a/b', { a: 'text' }, null],
])('%s in %j is %j', (pointer, value, text) => {
  expect(textAt(value, pointer)).toBe(text);
});
