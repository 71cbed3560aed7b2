import { describe, expect, it } from 'vitest';
import { errorText } from './error-text.js';

describe('errorText', () => {
  it('tells an error with its stack', () => {
    expect(errorText(new TypeError('no'))).toMatch(/^TypeError: no\n\s+at /);
  });

  it.each([
    ['a text', "'a text'"],
    [undefined, 'undefined'],
    [{ code: 7 }, '{ code: 7 }'],
    [Object.create(null), '[Object: null prototype] {}'],
    [Object.assign(new Error(), { stack: 7 }), '7'],
  ])('tells what is no error: %o', (thrown, text) => {
    expect(errorText(thrown)).toBe(text);
  });

  it('does not throw for what cannot be shown', () => {
    const hostile = new Proxy(new Error(), {
      get() {
        throw new Error('no');
      },
    });
    expect(errorText(hostile)).toBe('something was thrown that cannot be shown');
  });

  it('has a bound', () => {
    expect(errorText(new Error('x'.repeat(1_000_000))).length).toBeLessThan(20_000);
  });
});
