/**
 * The canonical text of a JSON value. The order of an object's fields does not matter, and different values
 * have different texts. The rules are those of RFC 8785, https://www.rfc-editor.org/rfc/rfc8785#section-3.2.
 */
export function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText((value as never)[name])}`).join()}}`;
}
