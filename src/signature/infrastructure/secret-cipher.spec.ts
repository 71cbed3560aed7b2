import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decryptSecret, decryptWithAny, encryptSecret, type SecretOwner } from './secret-cipher.js';

const SECRET = 'whsec_é€😀';
const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);
const OWNER: SecretOwner = { source: 'stripe-eu', purpose: 'signature' };

describe('an encrypted secret', () => {
  const text = encryptSecret(SECRET, OWNER, KEY);

  it.each([SECRET, ''])('gives back %j', (secret) => {
    expect(decryptSecret(encryptSecret(secret, OWNER, KEY), OWNER, KEY)).toBe(secret);
  });

  it('is never written the same way twice, nor readably', () => {
    expect(encryptSecret(SECRET, OWNER, KEY)).not.toBe(text);
    expect(Buffer.from(text, 'base64').includes(Buffer.from(SECRET))).toBe(false);
  });

  it('is nothing once any byte was changed', () => {
    const bytes = Buffer.from(text, 'base64');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(index) ^ 1, index);
      expect(decryptSecret(changed.toString('base64'), OWNER, KEY)).toBeNull();
    }
  });

  it.each([SECRET, ''])('of %j is nothing once it was cut off, wherever', (secret) => {
    const bytes = Buffer.from(encryptSecret(secret, OWNER, KEY), 'base64');
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decryptSecret(bytes.subarray(0, length).toString('base64'), OWNER, KEY)).toBeNull();
    }
  });

  const owners: readonly SecretOwner[] = [
    OWNER,
    { source: 'stripe-us', purpose: 'signature' },
    { source: 'stripe-eu', purpose: 'handshake' },
    { source: 'stripe-eu', purpose: 'basic' },
  ];
  it.each(owners)('of $purpose at $source serves no other source and no other purpose', (owner) => {
    const bound = encryptSecret(SECRET, owner, KEY);
    for (const other of owners) {
      expect(decryptSecret(bound, other, KEY)).toBe(other === owner ? SECRET : null);
    }
  });

  it('is nothing with another key, and is found with whichever of several it was', () => {
    expect(decryptSecret(text, OWNER, OTHER)).toBeNull();
    expect(decryptWithAny(text, OWNER, [OTHER, KEY])).toBe(SECRET);
    expect(decryptWithAny(text, OWNER, [OTHER])).toBeNull();
  });

  it('is read from before there were purposes, bound to the name of its source alone', () => {
    const iv = Buffer.alloc(12, 9);
    const cipher = createCipheriv('aes-256-gcm', KEY, iv).setAAD(Buffer.from('stripe-eu'));
    const encrypted = Buffer.concat([cipher.update(SECRET, 'utf8'), cipher.final()]);
    const old = Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64');
    expect(decryptSecret(old, OWNER, KEY)).toBe(SECRET);
  });
});
