import { expect, it } from 'vitest';
import { comparisonOf, sameText } from './constant-time.js';

const same = comparisonOf(4);

it.each([
  ['abcd', 'abcd', true],
  ['abcd', 'abce', false],
  ['abcd', 'ABCD', false],
  ['abcd', 'abc', false],
  ['abcd', 'abcde', false],
  ['', '', false],
])('compares %j with %j', (one, other, expected) => {
  expect([same(one, other), same(other, one)]).toEqual([expected, expected]);
});

it.each([
  ['cut to one byte each would be the same', 'abcd', 'abc\u0164'],
  ['does not fit, where the end of what was compared before is left', 'abcd', 'abc€'],
  ['fills the buffer with fewer letters', 'abcd', 'aé€'],
])('takes no other letters for ASCII: %s', (_, ascii, other) => {
  expect(same(ascii, ascii)).toBe(true);
  expect([same(ascii, other), same(other, ascii)]).toEqual([false, false]);
});

it('compares texts of any length', () => {
  expect([sameText('', ''), sameText('a€', 'a€'), sameText('a', 'aa')]).toEqual([true, true, false]);
});
