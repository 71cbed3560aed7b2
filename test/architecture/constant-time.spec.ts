import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

/** A text of its own: JavaScript has no types to check. */
const RULE: string = '../../eslint.constant-time.js';
const { constantTime } = (await import(RULE)) as {
  constantTime: Linter.Config;
};
const linter = new Linter();

/** What the rule says of a line in the signature library. */
function said(line: string, filename = 'libs/signatures/src/a.ts'): number {
  return linter.verify(line, [{ ...constantTime, languageOptions: { parser: parser } }], {
    filename,
  }).length;
}

describe('the rule of constant time', () => {
  it.each([
    'if (signature === expected) go();',
    'if (request.signature !== computed) stop();',
    'const same = other == claim.digest;',
    'const same = header === bodyHash;',
    'const same = expected.equals(candidate);',
    'const same = Buffer.compare(candidate, expected) === 0;',
    'const same = token === request.header("x-gitlab-token");',
  ])('refuses: %s', (line) => {
    expect(said(line)).toBeGreaterThan(0);
    expect(said(line, 'src/signature/domain/a.ts')).toBeGreaterThan(0);
  });

  it.each([
    'if (signatures.length === 0) stop();',
    'if (secretIndex === -1) stop();',
    'if (signature === undefined || token === null) stop();',
    'const same = timingSafeEqual(signature, expected);',
  ])('lets pass: %s', (line) => {
    expect(said(line)).toBe(0);
  });
});
