import { Mac } from './hmac/mac.js';
import { fill, partsOf } from './hmac/template.js';
import type { SigningRequest } from './request.js';
import type { SignatureScheme } from './scheme.js';
import { keyOf } from './secret.js';

/** Whether {@link sign} can sign for the scheme: whether its signature is in headers and made with the secret alone. */
export function canSign(scheme: SignatureScheme): boolean {
  return scheme.keys === 'given' && (scheme.sign ?? scheme.template) !== undefined;
}

/**
 * Signs a request as the provider would, for tools and tests that play the provider.
 * @returns the headers that carry the signature, with its id and timestamp where the scheme has them
 * @throws TypeError for a scheme whose signature is in the body, or needs a key that only its provider has
 */
export function sign(
  scheme: SignatureScheme,
  { id, now, rawBody, method = 'POST', url = '' }: SigningRequest,
  secret: string,
): Record<string, string> {
  if (scheme.keys === 'given' && scheme.sign) {
    return scheme.sign({ id, now, rawBody, method, url }, secret);
  }
  const template = scheme.keys === 'given' ? scheme.template : undefined;
  if (!template) throw new TypeError('only a scheme that signs with the secret, in headers, can be played');
  const { algorithm = 'sha256', signature, timestamp } = template;
  const values = { id, timestamp: stampOf(timestamp?.unit, now), method, url, body: rawBody };
  const pieces = fill(partsOf(template.signed), values);
  const text = new Mac(algorithm, signature.encoding).of(keyOf(secret, template.key), pieces);
  const at = timestamp?.at;
  const item = (signature.prefix ?? '') + text;
  return {
    [signature.header.replace(/-\*$/, '-1')]:
      at && 'prefix' in at ? `${at.prefix}${values.timestamp}${signature.separator ?? ''}${item}` : item,
    ...(template.id && { [template.id.header]: id }),
    ...(at && 'header' in at && { [at.header]: values.timestamp }),
  };
}

function stampOf(unit: 'seconds' | 'milliseconds' | 'iso8601' = 'seconds', now: Date): string {
  if (unit === 'iso8601') return now.toISOString();
  return String(unit === 'milliseconds' ? now.getTime() : Math.floor(now.getTime() / 1000));
}
