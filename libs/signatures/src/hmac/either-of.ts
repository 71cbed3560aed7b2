import type { HmacScheme } from './hmac-scheme.js';

/**
 * A scheme whose requests come under either of two names for its headers.
 * @param other the one that is meant where only its signature is there
 */
export function eitherOf(usual: HmacScheme, other: HmacScheme): HmacScheme {
  const [usualHeader, otherHeader] = [usual.template.signature.header, other.template.signature.header];
  return {
    ...usual,
    read: (request, now) => {
      const isOther = request.has(otherHeader) && !request.has(usualHeader);
      return (isOther ? other : usual).read(request, now);
    },
  };
}
