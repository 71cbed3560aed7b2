/**
 * Whether an event type matches a pattern, in which `*` stands for any characters, also none: `invoice.*`, `orders/*`, `*`.
 * Everything else stands for itself.
 */
export function matchesType(pattern: string, type: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return type === pattern;
  if (!type.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = type.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return type.length - last.length >= from && type.endsWith(last);
}
