/** Something that can be saved. */
export interface ResultFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What came of a job, as files: always as JSON; as CSV where the output says it itself, or is a list of rows; as text
 * where it has one.
 */
export function resultFiles(kind: string, jobId: string, output: unknown): ResultFile[] {
  const base = `${kind}-${jobId}`.replaceAll(/[^\w.-]+/g, '_');
  const csv = csvOf(output);
  const text = isObject(output) && typeof output.text === 'string' ? output.text : output;
  return [
    { name: `${base}.json`, type: 'application/json', text: `${JSON.stringify(output, undefined, 2)}\n` },
    ...(csv === undefined ? [] : [{ name: `${base}.csv`, type: 'text/csv', text: csv }]),
    ...(typeof text === 'string' ? [{ name: `${base}.txt`, type: 'text/plain', text }] : []),
  ];
}

function csvOf(output: unknown): string | undefined {
  if (isObject(output)) {
    if (typeof output.csv === 'string') return output.csv;
    const lists = Object.values(output).filter(isRows);
    return lists.length === 1 && lists[0] ? toCsv(lists[0]) : undefined;
  }
  return isRows(output) ? toCsv(output) : undefined;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

const isRows = (value: unknown): value is Rows =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

/** As RFC 4180 has it. What a table program would take for a formula is written as text. */
export function toCsv(rows: Rows): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => `${cells.map(cellText).join(',')}\r\n`)
    .join('');
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string')
    return quoted(typeof value === 'object' ? JSON.stringify(value) : String(value));
  return quoted(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
