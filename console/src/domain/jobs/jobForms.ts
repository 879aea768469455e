/** A field of a job's input. */
export interface JobField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type: 'text' | 'lines' | 'date';
  readonly isRequired: boolean;
}

/** A kind of job with a form of its own. The contract does not say which kinds an app has, nor what they take. */
export interface JobForm {
  readonly kind: string;
  readonly title: string;
  readonly fields: readonly JobField[];
}

/** Those that come with Tidings. Any other is submitted as JSON. */
export const jobForms: readonly JobForm[] = [
  {
    kind: 'translate',
    title: 'Translate a text',
    fields: [
      { name: 'text', label: 'Text', type: 'lines', isRequired: true },
      { name: 'to', label: 'To which language', hint: 'es, or Spanish.', type: 'text', isRequired: true },
    ],
  },
  {
    kind: 'engagement.report',
    title: 'Report on engagement',
    fields: [
      { name: 'from', label: 'From', hint: 'Empty: all that is kept.', type: 'date', isRequired: false },
      { name: 'to', label: 'To', hint: 'Empty: today.', type: 'date', isRequired: false },
    ],
  },
];

/** What was filled in, by field; `problems` by field too. */
export function inputOf(
  { fields }: JobForm,
  values: Readonly<Record<string, string>>,
): { readonly input: Record<string, unknown>; readonly problems: Readonly<Record<string, string>> } {
  const filled = fields
    .map(({ name }) => [name, values[name] ?? ''] as const)
    .filter(([, text]) => text !== '');
  const missing = fields.filter(({ name, isRequired }) => isRequired && (values[name] ?? '') === '');
  return {
    input: Object.fromEntries(filled),
    problems: Object.fromEntries(missing.map(({ name }) => [name, 'Fill this in.'])),
  };
}

/** What a job was asked for, in one line: of two of a kind one sees which is which. */
export const inputText = (input: Readonly<Record<string, unknown>>): string =>
  Object.values(input)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(', ')
    .slice(0, 200);

/** An input that was typed as JSON. */
export function jsonInput(text: string): {
  readonly input?: Record<string, unknown>;
  readonly problem?: string;
} {
  try {
    const input: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
      return { input: input as Record<string, unknown> };
    }
    return { problem: 'must be a JSON object' };
  } catch (error) {
    return { problem: `is no JSON: ${(error as Error).message}` };
  }
}
