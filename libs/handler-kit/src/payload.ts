/** The body as JSON, or undefined where it is none. Never throws. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** A string (or number, as text) under a path of property names; null where the path leads elsewhere. Never throws. */
export function stringField(value: unknown, ...path: readonly string[]): string | null {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return null;
    current = (current as Record<string, unknown>)[name];
  }
  if (typeof current === 'number') return String(current);
  return typeof current === 'string' && current !== '' ? current : null;
}
