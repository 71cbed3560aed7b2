import { digest } from './digest.js';
import type { SignatureScheme } from './scheme.js';
import { keyOf } from './secret.js';

/** What is to be signed. */
export interface SigningRequest {
  /** The message's id; used where the scheme sends one in a header. */
  readonly id: string;
  /** The time of signing. */
  readonly now: Date;
  readonly rawBody: Buffer;
}

/**
 * Signs a request as the provider would, for tools and tests that play the provider.
 * @returns the headers that carry the signature, with its id and timestamp where the scheme has them
 */
export function sign(
  scheme: SignatureScheme,
  { id, now, rawBody }: SigningRequest,
  secret: string,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = digest(
    scheme.content,
    { id, timestamp, body: rawBody },
    keyOf(secret, scheme.key),
  ).toString(scheme.encoding);
  return {
    [scheme.header]: signatureHeader(scheme.format, signature, timestamp),
    ...(scheme.idHeader === undefined ? {} : { [scheme.idHeader]: id }),
    ...(scheme.timestampHeader === undefined ? {} : { [scheme.timestampHeader]: timestamp }),
  };
}

function signatureHeader(format: SignatureScheme['format'], signature: string, timestamp: string): string {
  switch (format.kind) {
    case 'plain':
      return format.prefix + signature;
    case 'list':
      return `${format.version},${signature}`;
    case 'pairs':
      return `${format.timestamp}=${timestamp},${format.signature}=${signature}`;
    default:
      return format satisfies never;
  }
}
