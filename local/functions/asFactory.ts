/** What a function's code exports, made anew with each call. */
export type OpenModule = (scope: object) => Promise<Readonly<Record<string, unknown>>>;

/** What the code begins with, on a line of its own. */
export const firstLine = '/* tidings: first line */';

/** The name under which the module of `asFactory` exports what opens it. */
export const openName = 'open';

// As esbuild prints them: each begins a line, and no text has lines, since templates are lowered to strings.
const imports = /^import (?:[^"]+ from )?"(?:[^"\\]|\\.)+"(?: with \{[^}]*\})?;$/gm;
const exported = /^export \{([^}]*)\};$/m;

/**
 * Code as esbuild prints an ES module, after the first line, as a module that exports a function: each call of it evaluates
 * the code anew, with the names of its scope in the place of the globals. So the code is read and compiled once, however
 * many execution environments there are, and what it imports is shared. Lines stay where they are, for source maps.
 */
export function asFactory(code: string, scopeNames: readonly string[]): string {
  const head: string[] = [];
  const body = code
    .replace(imports, (statement) => {
      head.push(statement.replaceAll('\n', ' '));
      return statement.replace(/[^\n]/g, '');
    })
    .replace(exported, (_, names: string) => `return {${names.split(',').map(asProperty).join(',')}};`);
  // A function of its own within: the code may have a variable of a scope's name.
  const begin = `export const ${openName} = ({ ${scopeNames.join(', ')} }) => (async () => {`;
  const map = body.lastIndexOf('\n//# sourceMappingURL=');
  const end = '\n})();';
  const whole = map < 0 ? body + end : body.slice(0, map) + end + body.slice(map);
  return whole.replace(firstLine, () => [...head, begin].join(' '));
}

/** `value as name` as a property; the newlines stay. */
const asProperty = (text: string): string =>
  text.replace(/(\S+) as (\S+)/, (_, value: string, name: string) => `${name}: ${value}`);
