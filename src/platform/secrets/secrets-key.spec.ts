import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './secrets-key.js';

describe('fingerprintOf', () => {
  it('tells keys apart without giving them away', () => {
    const fingerprint = fingerprintOf(Buffer.alloc(32, 1));
    expect(fingerprint).toBe(fingerprintOf(Buffer.alloc(32, 1)));
    expect(fingerprint).not.toBe(fingerprintOf(Buffer.alloc(32, 2)));
    expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(fingerprint).not.toBe(Buffer.alloc(16, 1).toString('hex'));
  });
});
