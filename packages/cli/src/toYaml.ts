/**
 * A JSON value as YAML, in blocks. Every text that could be taken for something else is in double quotes, whose
 * rules YAML 1.2 shares with JSON, so a reader gets the same value back.
 */
export function toYaml(value: unknown): string {
  return `${block(value, '').trimStart()}\n`;
}

function block(value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0) {
    return value.map((one) => `\n${indent}- ${block(one, `${indent}  `).trimStart()}`).join('');
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => `\n${indent}${scalar(key)}:${after(block(one, `${indent}  `))}`)
      .join('');
  }
  return scalar(value);
}

/** What stands on the key's own line is set off by a space; a block begins on a line of its own. */
const after = (text: string) => (text.startsWith('\n') ? text : ` ${text}`);

const wordThatYamlReads = /^(y|n|yes|no|on|off|true|false|null)$/i;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const isPlain = /^[A-Za-z][A-Za-z0-9_./-]*$/.test(value) && !wordThatYamlReads.test(value);
  return isPlain ? value : JSON.stringify(value);
}
