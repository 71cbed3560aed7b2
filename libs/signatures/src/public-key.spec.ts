import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { p256Key } from './public-key.js';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const der = publicKey.export({ format: 'der', type: 'spki' });
const HEAD_BYTES = 27;

describe('p256Key', () => {
  it('reads a key', () => {
    expect(p256Key(der)?.equals(publicKey)).toBe(true);
  });

  it('reads no other spelling of it, though OpenSSL does', () => {
    const hybrid = Buffer.from(der);
    hybrid.writeUInt8(6 + (der.readUInt8(der.length - 1) & 1), HEAD_BYTES - 1);
    expect(createPublicKey({ key: hybrid, format: 'der', type: 'spki' }).type).toBe('public');
    expect(p256Key(hybrid)).toBeNull();
  });

  it('reads none with a bit of its beginning flipped', () => {
    for (let bit = 0; bit < HEAD_BYTES * 8; bit += 1) {
      const changed = Buffer.from(der);
      changed.writeUInt8(der.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect([bit, p256Key(changed)]).toEqual([bit, null]);
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a key cut short', der.subarray(0, -1)],
    ['a key with more behind it', Buffer.concat([der, Buffer.alloc(1)])],
    ['no point of the curve', Buffer.concat([der.subarray(0, HEAD_BYTES), Buffer.alloc(64)])],
  ])('reads none from %s', (_, bytes) => {
    expect(p256Key(bytes)).toBeNull();
  });
});
