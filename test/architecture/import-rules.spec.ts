import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: (IForbiddenRuleType & { name: string })[];
};

/** For each rule, a house of two files in which the first breaks it by importing the second, which may be a part of Node. */
const BREACHES: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'no-circular': ['src/a.js', 'src/b.js'],
  'domain-is-plain': ['src/ingestion/domain/a.js', 'node_modules/typeorm/index.js'],
  'domain-is-the-core': ['src/ingestion/domain/a.js', 'src/processing/infrastructure/b.js'],
  'platform-is-the-floor': ['src/platform/http/a.js', 'src/ingestion/b.js'],
  'audit-knows-no-command': ['src/audit/a.js', 'src/signature/b.js'],
  'processing-knows-no-command': ['src/processing/a.js', 'src/replay/b.js'],
  'signatures-is-alone': ['libs/signatures/src/a.js', 'src/platform/b.js'],
  'signatures-does-no-io': ['libs/signatures/src/a.js', 'node:fs/promises'],
  'kit-is-below': ['libs/handler-kit/src/a.js', 'src/platform/b.js'],
  'test-kit-is-for-tests': ['libs/handler-kit/src/a.js', 'libs/handler-kit/src/testing/b.js'],
  'providers-use-the-kit': ['src/providers/stripe/a.js', 'src/platform/b.js'],
  'providers-are-apart': ['src/providers/stripe/a.js', 'src/providers/github/b.js'],
};

describe('the import rules', () => {
  let house: string;

  beforeAll(async () => {
    house = await mkdtemp(join(tmpdir(), 'hookwell-imports-'));
  });

  afterAll(() => rm(house, { recursive: true }));

  async function write(root: string, path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  it('have a breach each to prove them', () => {
    expect(Object.keys(BREACHES).toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted());
  });

  /** The rules that a house of these two files breaks. */
  async function broken(
    root: string,
    [from, to]: readonly [string, string],
    text: string,
  ): Promise<string[]> {
    const isPartOfNode = to.startsWith('node:');
    const imported = isPartOfNode ? to : `${'../'.repeat(from.split('/').length - 1)}${to}`;
    await write(root, from, `import ${JSON.stringify(imported)};\n`);
    if (!isPartOfNode) await write(root, to, text);
    const options: ICruiseOptions = { baseDir: root, ruleSet: { forbidden }, validate: true };
    const { output } = await cruise(
      ['src', 'libs'].filter((folder) => from.startsWith(folder)),
      options,
    );
    return (output as ICruiseResult).summary.violations.map((violation) => violation.rule.name);
  }

  it.each(Object.entries(BREACHES))('%s notices its breach', async (rule, breach) => {
    const text = rule === 'no-circular' ? "import './a.js';\n" : 'export const b = 1;\n';
    expect(await broken(join(house, rule), breach, text)).toContain(rule);
  });

  it.each([
    ['jose', false],
    ['jose-extra', true],
    ['typeorm', true],
  ])('signatures-is-alone: of libraries, %s breaks it: %s', async (library, breaks) => {
    const breach = ['libs/signatures/src/a.js', `node_modules/${library}/index.js`] as const;
    const rules = await broken(join(house, library), breach, 'export const b = 1;\n');
    expect(rules.includes('signatures-is-alone')).toBe(breaks);
  });
});
