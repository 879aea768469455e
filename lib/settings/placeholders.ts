/** Names that nobody can have: https://www.rfc-editor.org/rfc/rfc6761#section-6.5 */
const reservedName = /(?:^|[/@.])example\.(?:com|net|org)(?=[:/]|$)|\.example(?=[:/]|$)/;
const isPlaceholder = (text: string) => reservedName.test(text) || text.startsWith('replace-with-');

/** Every setting of a stage that still says what an example says, as a sentence. */
export function placeholdersIn(value: unknown, path: string): string[] {
  if (typeof value === 'string') {
    return isPlaceholder(value)
      ? [`${path}: ${value} is a placeholder, and nobody can have it: set your own, or leave the setting out`]
      : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => placeholdersIn(inner, `${path}.${name}`));
}
