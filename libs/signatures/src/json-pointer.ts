const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * What a JSON pointer (RFC 6901) leads to; undefined where there is nothing. Never throws.
 * @param pointer empty for the whole, else each step behind a `/`, with `~1` for a slash and `~0` for a tilde
 */
export function valueAt(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  let current = value;
  for (const step of steps) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    if (Array.isArray(current) && !INDEX.test(name)) return undefined;
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

/**
 * The text (or number, as text) that a JSON pointer leads to, as {@link valueAt}; null where it leads elsewhere. A whole number that
 * JSON.parse may have rounded is none; a fraction may have been, so that it is no id.
 */
export function textAt(value: unknown, pointer: string): string | null {
  const found = valueAt(value, pointer);
  if (typeof found === 'number') {
    return Math.abs(found) <= Number.MAX_SAFE_INTEGER ? String(found) : null;
  }
  return typeof found === 'string' && found !== '' ? found : null;
}
