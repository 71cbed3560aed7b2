import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { KeyFile } from './key-file.js';
import { fingerprintOf, SecretsKey } from './secrets-key.js';

describe('SecretsKey', () => {
  it('tells the keys of the key file as they are now, and none where it holds none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookwell-key-'));
    const config = { SECRETS_KEY: undefined, SECRETS_KEY_PREVIOUS: [], DATA_DIR: folder };
    const keys = new SecretsKey(config, {} as DataSource);
    const [first] = keys.now();
    const next = new KeyFile(folder).startRotation();
    expect(keys.now()).toEqual([first, next]);
    new KeyFile(folder).endRotation();
    expect(keys.now()).toEqual([next]);
    writeFileSync(join(folder, 'secrets.key'), 'cut sho');
    expect(keys.now()).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('fingerprintOf', () => {
  it('tells keys apart without giving them away', () => {
    const fingerprint = fingerprintOf(Buffer.alloc(32, 1));
    expect(fingerprint).toBe(fingerprintOf(Buffer.alloc(32, 1)));
    expect(fingerprint).not.toBe(fingerprintOf(Buffer.alloc(32, 2)));
    expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(fingerprint).not.toBe(Buffer.alloc(16, 1).toString('hex'));
  });
});
