import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

/** Packages that would run a script on being installed, and why they work without. Another one is a decision, not an update. */
const SCRIPTS_LEFT_OUT = {
  '@scarf/scarf': 'of swagger-ui-dist: reports the install to its maker',
  'msgpackr-extract':
    'of bullmq: looks for its native part, which comes as a package, or msgpackr does without',
};

const ROOT = 'node_modules/';

// What is installed is what the lock file names, from whichever registry npm is set to; nothing is compiled or fetched besides.
describe('npm ci', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  const installed = Object.entries(packages).filter(([path]) => path !== '');

  it('runs no scripts, and leaves the registry to whoever installs', () => {
    const settings = readFileSync('.npmrc', 'utf8').split('\n');
    expect(settings).toEqual(
      expect.arrayContaining(['ignore-scripts=true', 'omit-lockfile-registry-resolved=true']),
    );
  });

  it('takes everything from the registry, and knows it by its hash', () => {
    expect(installed.length).toBeGreaterThan(100);
    // npm writes here where a package came from, unless that was the registry.
    expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  });

  it('meets only the install scripts that we know we can do without', () => {
    const withScripts = installed
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf(ROOT) + ROOT.length));
    expect(withScripts.toSorted()).toEqual(Object.keys(SCRIPTS_LEFT_OUT));
  });
});
