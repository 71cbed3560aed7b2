const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * The text (or number, as text) that a JSON pointer (RFC 6901) leads to; null where it leads elsewhere. Never throws. A whole number that
 * JSON.parse may have rounded is none; a fraction may have been, so that it is no id.
 * @param pointer empty for the whole, else each step behind a `/`, with `~1` for a slash and `~0` for a tilde
 */
export function textAt(value: unknown, pointer: string): string | null {
  const steps = pointer.split('/').slice(1);
  let current = value;
  for (const step of steps) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return null;
    if (Array.isArray(current) && !INDEX.test(name)) return null;
    current = (current as Record<string, unknown>)[name];
  }
  if (typeof current === 'number') {
    return Math.abs(current) <= Number.MAX_SAFE_INTEGER ? String(current) : null;
  }
  return typeof current === 'string' && current !== '' ? current : null;
}
