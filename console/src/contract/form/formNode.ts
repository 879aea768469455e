import type { JsonSchema } from '../jsonSchema.ts';

/** A part of a form, as a schema asks for it. */
export type FormNode = { readonly schema: JsonSchema } & (
  | { readonly kind: 'text'; readonly input: TextInput; readonly mayBeEmpty: boolean }
  | { readonly kind: 'number'; readonly isInteger: boolean }
  /** One of some values; `isFixed`: there is but one, and it has to be there. */
  | { readonly kind: 'choice'; readonly values: readonly unknown[]; readonly isFixed: boolean }
  | { readonly kind: 'object'; readonly fields: readonly FormField[] }
  /** Names of one's own, each with a value. */
  | { readonly kind: 'record'; readonly item: FormNode }
  | { readonly kind: 'list'; readonly item: FormNode }
  | { readonly kind: 'union'; readonly options: readonly FormOption[] }
  /** Anything, or what no field could be made for. */
  | { readonly kind: 'json' }
);

export type NodeOf<Kind extends FormNode['kind']> = Extract<FormNode, { readonly kind: Kind }>;
export type TextInput = 'line' | 'lines' | 'date' | 'time';

export interface FormField {
  readonly name: string;
  readonly node: FormNode;
  readonly isRequired: boolean;
}

export interface FormOption {
  readonly title: string;
  readonly node: FormNode;
}

/** A text that may be longer than this has several lines. */
const lineLength = 256;

/** The form of a schema. What it cannot draw is filled in as JSON, so that there is a form for each. */
export function formNode(schema: JsonSchema, isRequired = true): FormNode {
  const { type, anyOf, enum: values, properties, additionalProperties, items } = schema;
  if (schema.const !== undefined)
    return { kind: 'choice', schema, values: [schema.const], isFixed: isRequired };
  if (values) return { kind: 'choice', schema, values, isFixed: false };
  if (anyOf) return union(schema, anyOf);
  if (Array.isArray(type)) {
    return union(
      schema,
      type.map((one: string) => ({ ...schema, type: one })),
    );
  }
  switch (type) {
    case 'string':
      return textNode(schema);
    case 'integer':
    case 'number':
      return { kind: 'number', schema, isInteger: type === 'integer' };
    case 'boolean':
      return { kind: 'choice', schema, values: [true, false], isFixed: false };
    case 'null':
      return { kind: 'choice', schema, values: [null], isFixed: isRequired };
    case 'array':
      return items && !Array.isArray(items)
        ? { kind: 'list', schema, item: formNode(items as JsonSchema) }
        : { kind: 'json', schema };
    case 'object':
      return objectNode(schema, properties ?? {}, additionalProperties);
    default:
      return { kind: 'json', schema };
  }
}

function objectNode(
  schema: JsonSchema,
  properties: Readonly<Record<string, JsonSchema>>,
  others: JsonSchema['additionalProperties'],
): FormNode {
  const { required = [] } = schema;
  const fields = Object.entries(properties).map(([name, one]): FormField => {
    const isRequired = required.includes(name);
    return { name, isRequired, node: formNode(one, isRequired) };
  });
  if (fields.length > 0 || others === undefined || others === false) {
    return {
      kind: 'object',
      schema,
      fields: fields.toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired)),
    };
  }
  const isFree = others === true || Object.keys(others).length === 0;
  return isFree ? { kind: 'json', schema } : { kind: 'record', schema, item: formNode(others) };
}

function union(schema: JsonSchema, options: readonly JsonSchema[]): FormNode {
  return {
    kind: 'union',
    schema,
    options: options.map((one) => ({ title: titleOf(one), node: formNode(one) })),
  };
}

/** What tells the options of a union apart: the names of their fields, a value, or what they are. */
function titleOf({ const: only, properties, type, enum: values }: JsonSchema): string {
  if (only !== undefined) return JSON.stringify(only);
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  const names = Object.keys(properties ?? {});
  if (names.length > 0) return names.join(', ');
  return typeof type === 'string' ? type : 'any JSON';
}

function textNode(schema: JsonSchema): FormNode {
  const { minLength = 0, pattern } = schema;
  const mayBeEmpty = minLength === 0 && (pattern === undefined || new RegExp(pattern, 'u').test(''));
  return { kind: 'text', schema, mayBeEmpty, input: inputOf(schema) };
}

function inputOf({ format, pattern, maxLength = 0 }: JsonSchema): TextInput {
  if (format === 'date') return 'date';
  if (maxLength > lineLength) return 'lines';
  if (pattern === undefined) return 'line';
  const rule = new RegExp(pattern, 'u');
  // A pattern is all that JSON Schema has for `HH:MM`: what takes times of day and nothing else is one.
  const takes = (good: readonly string[], bad: readonly string[]) =>
    good.every((text) => rule.test(text)) && !bad.some((text) => rule.test(text));
  if (takes(['00:00', '09:30', '23:59'], ['24:00', '9', 'a', ''])) return 'time';
  if (takes(['2026-03-02', '1999-12-31'], ['2026-3-2', '9', 'a', ''])) return 'date';
  return 'line';
}
