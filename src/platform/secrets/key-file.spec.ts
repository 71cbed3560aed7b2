import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyFile } from './key-file.js';

describe('KeyFile', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookwell-key-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('makes a key once, in a folder that may not be there yet, for its owner alone', () => {
    const file = new KeyFile(join(folder, 'data'));
    const keys = file.read();
    expect(keys.map(({ length }) => length)).toEqual([32]);
    expect(new KeyFile(join(folder, 'data')).read()).toEqual(keys);
    expect(readdirSync(join(folder, 'data'))).toEqual(['secrets.key']);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
  });

  it('keeps the key beside the next one until the rotation ends, and takes up one that was cut off', () => {
    const file = new KeyFile(folder);
    const [old] = file.read();
    const next = file.startRotation();
    expect(new KeyFile(folder).startRotation()).toEqual(next);
    expect(new KeyFile(folder).read()).toEqual([old, next]);
    new KeyFile(folder).endRotation();
    expect(new KeyFile(folder).read()).toEqual([next]);
    expect(readdirSync(folder)).toEqual(['secrets.key']);
  });

  it('overwrites nothing that holds no key', () => {
    writeFileSync(join(folder, 'secrets.key'), 'cut sho');
    expect(() => new KeyFile(folder).read()).toThrow(/secrets\.key holds no key: put back the one/);
    expect(text('secrets.key')).toBe('cut sho');
  });
});
