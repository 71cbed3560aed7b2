import { RequestReader } from './request-reader.js';
import type { SignedRequest } from './request.js';
import type { Claim, FetchedKeyClaim, KeyResolver, SignatureScheme } from './scheme.js';
import { isUsable } from './secret.js';
import type { Verdict } from './verdict.js';
import { verifyRead } from './verify.js';

const SHOWN = 8;

/** A verdict with what it rests on, for who has to find out why a signature does not hold. */
export interface Explanation {
  readonly verdict: Verdict;
  /** The headers that the scheme has read, each once, in order. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The bytes that are signed, on a line for each thing that is signed by itself; null where the request does not get that far. */
  readonly signed: Buffer | null;
  /**
   * How the signature by each secret begins, or those of several things that are each signed by themselves, behind spaces; null where a
   * secret gives none. Never all of it: who may see this could sign with it.
   */
  readonly expected: readonly (string | null)[];
}

/** Verifies as `verifyAsync` does and tells how the verdict came about. Never rejects, and never tells a secret. */
export async function explain(
  scheme: SignatureScheme,
  request: SignedRequest,
  secrets: readonly string[],
  now: Date,
  keys: KeyResolver,
): Promise<Explanation> {
  const found = new Map<string, string>();
  const reader = new RequestReader(request, (name, value) => found.set(name, value));
  const verdict = await verifyRead(scheme, reader, secrets, now, keys);
  const headers = [...found].map(([name, value]) => ({ name, value }));
  try {
    const claim = scheme.read(new RequestReader(request), now);
    const parts = 'parts' in claim ? claim.parts : [claim];
    const pieces = parts.flatMap((part, index) => (index === 0 ? part.signed : ['\n', ...part.signed]));
    const signed = Buffer.concat(
      pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
    );
    const expected = secrets.map((secret) => beginnings(parts, scheme, secret));
    return { verdict, headers, signed, expected };
  } catch {
    // The verdict says why.
    return { verdict, headers, signed: null, expected: secrets.map(() => null) };
  }
}

/** Of each part. */
function beginnings(
  parts: readonly (Claim | FetchedKeyClaim)[],
  scheme: SignatureScheme,
  secret: string,
): string | null {
  if (!isUsable(scheme, secret)) return null;
  const signatures = parts.map((part) => ('expected' in part ? part.expected(secret) : null));
  return (
    signatures
      .filter((signature) => signature !== null)
      .map((signature) => `${signature.slice(0, SHOWN)}…`)
      .join(' ') || null
  );
}
