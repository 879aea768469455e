import { idPattern } from '../src/topics.ts';
import type { JsonSchema } from './jsonSchema.ts';

/** The fields of a payload as a Markdown table, what is inside of them by path; nothing where there are none. */
export function fieldTable(schema: JsonSchema | undefined): string | undefined {
  const rows = rowsOf(merged(schema ?? {}), '');
  if (rows.length === 0) return undefined;
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return ['| field | type | | |', '|---|---|---|---|', ...lines].join('\n');
}

/** All fields of a payload that has several forms; required are those that every form has. */
function merged(schema: JsonSchema): JsonSchema {
  const { anyOf: forms } = schema;
  if (!forms) return schema;
  const required = forms.map((form) => form.required ?? []);
  return {
    properties: Object.assign({}, ...forms.map((form) => form.properties)),
    required: (required[0] ?? []).filter((name) => required.every((names) => names.includes(name))),
  };
}

function rowsOf({ properties = {}, required = [] }: JsonSchema, before: string): string[][] {
  return Object.entries(properties)
    .filter(([name]) => name !== 'dup')
    .flatMap(([name, one]) => {
      const path = before + name;
      const row = [
        `\`${path}\``,
        typeOf(one),
        required.includes(name) ? 'required' : 'optional',
        one.description ?? '',
      ];
      return [row, ...inside(one, path)];
    });
}

function inside(schema: JsonSchema, path: string): string[][] {
  const { items, additionalProperties } = schema;
  return [
    ...rowsOf(schema, `${path}.`),
    ...(items ? rowsOf(items, `${path}[].`) : []),
    ...(typeof additionalProperties === 'object' ? rowsOf(additionalProperties, `${path}.*.`) : []),
  ];
}

/** A type with its limits, as short as it can be said. */
function typeOf(schema: JsonSchema): string {
  const { anyOf, enum: values, items, additionalProperties, properties } = schema;
  if (schema.const !== undefined) return code(schema.const);
  if (values) return values.map(code).join(' or ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (items)
    return `array of ${typeOf(items)}${schema.maxItems === undefined ? '' : `, at most ${schema.maxItems}`}`;
  if (properties && Object.keys(properties).length > 0) return objectType(schema);
  if (typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0) {
    return `object of ${typeOf(additionalProperties)}`;
  }
  const type = typeof schema.type === 'string' ? schema.type : (schema.type ?? ['anything']).join(' or ');
  return [type, ...limitsOf(schema)].join(', ');
}

function objectType({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  // Closed: exactly these fields, which is worth showing where several such objects are the choice.
  if (additionalProperties !== false) return 'object';
  const fields = Object.entries(properties).map(
    ([name, one]) =>
      `${name}${required.includes(name) ? '' : '?'}${one.const === undefined ? '' : `: ${JSON.stringify(one.const)}`}`,
  );
  return `\`{${fields.join(', ')}}\``;
}

function limitsOf({ pattern, minLength, maxLength, minimum, maximum }: JsonSchema): string[] {
  if (pattern === idPattern.source) return ['an id'];
  return [
    ...range(minLength, maxLength, ' characters'),
    ...range(minimum, maximum, ''),
    ...(pattern && maxLength === undefined ? [`\`${pattern}\``] : []),
  ];
}

function range(min: number | undefined, max: number | undefined, unit: string): string[] {
  const number = (value: number) => value.toLocaleString('en');
  if (min !== undefined && max !== undefined) return [`${number(min)} to ${number(max)}${unit}`];
  if (max !== undefined) return [`at most ${number(max)}${unit}`];
  return min === undefined ? [] : [`at least ${number(min)}${unit}`];
}

const code = (value: unknown) => `\`${JSON.stringify(value)}\``;
