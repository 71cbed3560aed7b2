import { describe, expect, it } from 'vitest';
import { SecretCipher } from './secret-cipher.js';

const SECRET = 'whsec_é€😀';

describe('SecretCipher', () => {
  const cipher = new SecretCipher(Buffer.alloc(32, 1));
  const other = new SecretCipher(Buffer.alloc(32, 2));
  const text = cipher.encrypt(SECRET, 'stripe-eu');

  it.each([SECRET, ''])('gives back %j', (secret) => {
    expect(cipher.decrypt(cipher.encrypt(secret, 'stripe-eu'), 'stripe-eu')).toBe(secret);
  });

  it('never writes a secret the same way twice, nor readably', () => {
    expect(cipher.encrypt(SECRET, 'stripe-eu')).not.toBe(text);
    expect(Buffer.from(text, 'base64').includes(Buffer.from(SECRET))).toBe(false);
  });

  it('refuses a text of which any byte was changed', () => {
    const bytes = Buffer.from(text, 'base64');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(index) ^ 1, index);
      expect(() => cipher.decrypt(changed.toString('base64'), 'stripe-eu')).toThrow();
    }
  });

  it.each([SECRET, ''])('refuses a text of %j that was cut off, wherever', (secret) => {
    const bytes = Buffer.from(cipher.encrypt(secret, 'stripe-eu'), 'base64');
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => cipher.decrypt(bytes.subarray(0, length).toString('base64'), 'stripe-eu')).toThrow();
    }
  });

  it("refuses a text that was moved to another source's name", () => {
    expect(() => cipher.decrypt(text, 'stripe-us')).toThrow();
  });

  it('refuses a text of another key', () => {
    expect(() => other.decrypt(text, 'stripe-eu')).toThrow();
  });
});
