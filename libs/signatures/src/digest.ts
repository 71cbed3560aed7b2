import { createHmac } from 'node:crypto';
import type { SignatureScheme } from './scheme.js';

/** What a scheme's signed content is put together from. */
export interface SignedParts {
  readonly id: string;
  readonly timestamp: string;
  readonly body: Buffer;
}

/** HMAC-SHA256 (RFC 2104) over a scheme's signed content. */
export function digest(content: SignatureScheme['content'], parts: SignedParts, key: Buffer): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of content) {
    if (part === '{body}') hmac.update(parts.body);
    else if (part === '{id}') hmac.update(parts.id);
    else if (part === '{timestamp}') hmac.update(parts.timestamp);
    else hmac.update(part);
  }
  return hmac.digest();
}
