import { createHmac } from 'node:crypto';
import { comparisonOf } from '../constant-time.js';
import type { HmacTemplate } from './template.js';

type Algorithm = NonNullable<HmacTemplate['algorithm']>;
type Encoding = HmacTemplate['signature']['encoding'];

const BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const satisfies Record<Algorithm, number>;
const SPELLING = {
  hex: /^[0-9a-f]+$/,
  base64: /^[A-Za-z0-9+/]+=*$/,
  base64url: /^[A-Za-z0-9_-]+$/,
} as const satisfies Record<Encoding, RegExp>;

/**
 * HMAC (RFC 2104), written as a provider writes it. Signatures are compared as text, which has one spelling, where a decoder would take
 * many for the same bytes.
 */
export class Mac {
  private readonly length: number;
  private readonly same: (one: string, other: string) => boolean;

  constructor(
    private readonly algorithm: Algorithm,
    private readonly encoding: Encoding,
  ) {
    this.length = Buffer.alloc(BYTES[algorithm]).toString(encoding).length;
    this.same = comparisonOf(this.length);
  }

  /** The signature of the pieces, in order. */
  of(key: Buffer, pieces: readonly (string | Buffer)[]): string {
    const hash = createHmac(this.algorithm, key);
    for (const piece of pieces) hash.update(piece);
    return hash.digest(this.encoding);
  }

  /** Whether a text may be a signature at all. */
  isWellFormed(text: string): boolean {
    return text.length === this.length && SPELLING[this.encoding].test(text);
  }

  /** The well-formed signatures among the items, which stand behind the prefix there. */
  among(items: readonly string[], prefix: string): string[] {
    const found: string[] = [];
    for (const item of items) {
      if (!item.startsWith(prefix)) continue;
      const text = item.slice(prefix.length);
      if (this.isWellFormed(text)) found.push(text);
    }
    return found;
  }

  /** Whether one of the signatures is that of the pieces. Compares in constant time. */
  isOneOf(signatures: readonly string[], key: Buffer, pieces: readonly (string | Buffer)[]): boolean {
    const expected = this.of(key, pieces);
    return signatures.some((signature) => this.same(signature, expected));
  }
}
