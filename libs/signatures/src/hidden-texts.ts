/** Stands where a secret would have been. */
const HIDDEN = '"[secret]"';

/** A JSON string. An escaped quote ends none; in JSON each that begins also ends. */
const STRING = /"(?:[^"\\]|\\.)*"/g;

/**
 * JSON without some texts, however they are escaped in it: for bodies that show a secret. All else stays as it is, byte for byte.
 * @param json well-formed; it is not looked at twice
 */
export function hideTexts(json: Buffer, texts: readonly string[]): Buffer {
  const shown = new Set(texts);
  const text = json.toString('utf8');
  const without = text.replace(STRING, (literal) => (shown.has(textOf(literal)) ? HIDDEN : literal));
  return without === text ? json : Buffer.from(without);
}

function textOf(literal: string): string {
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
}
