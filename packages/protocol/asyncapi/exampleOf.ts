import type { JsonSchema } from './jsonSchema.ts';
import { specialFields } from './usualValues.ts';

/**
 * Examples of a schema, best first: with all optional fields, without any, and with one of them. Checks that
 * JSON Schema cannot say ("one of the two") are for the caller to try; `examples` in the schema come before all.
 *
 * @param owner what the schema belongs to (`job.submit payload`).
 * @param usual what fields of these names might hold; `job.kind` is for owners whose names begin so.
 * @throws Error naming the field that nothing could be found for.
 */
export function* examplesOf(schema: JsonSchema, owner: string, usual: UsualValues): Generator<unknown> {
  yield* schema.examples ?? [];
  const contract = owner.replace(/ .*$/, '');
  const group = contract.replace(/\..*$/, '');
  const optional = Object.keys(schema.properties ?? {}).filter((key) => !schema.required?.includes(key));
  const choices: IncludesOptional[] = [
    (key) => !specialFields.has(key),
    () => false,
    ...optional.map((one) => (key: string) => key === one),
  ];
  for (const wanted of choices) yield exampleOf(schema, owner, { contract, group, usual, wanted });
}

type IncludesOptional = (optional: string) => boolean;
type UsualValues = Readonly<Record<string, unknown>>;
interface ExampleStyle {
  readonly usual: UsualValues;
  readonly contract: string;
  readonly group: string;
  readonly wanted: IncludesOptional;
}

function exampleOf(schema: JsonSchema, name: string, style: ExampleStyle): unknown {
  const names = [`${style.contract}.${name}`, `${style.group}.${name}`, name];
  const usual = names.map((one) => style.usual[one]);
  const known = [...(schema.examples ?? []), schema.const, ...usual, ...(schema.enum ?? [])];
  const found = known.find((value) => value !== undefined && fits(schema, value));
  if (found !== undefined) return found;
  if (schema.anyOf?.[0]) return exampleOf(schema.anyOf[0], name, style);
  const built = build(schema, name, style);
  if (fits(schema, built)) return built;
  throw new Error(`no example of ${name} comes to mind: give its schema one, with z.meta({ examples: […] })`);
}

function build(schema: JsonSchema, name: string, style: ExampleStyle): unknown {
  switch (typesOf(schema)[0]) {
    case 'string':
      return stringFor(schema, name);
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, Math.min(1, schema.maximum ?? 1));
    case 'boolean':
      return false;
    case 'array':
      return schema.items ? [exampleOf(schema.items, singular(name), style)] : [];
    case 'null':
      return null;
    default:
      return objectFor(schema, name, style);
  }
}

function stringFor(schema: JsonSchema, name: string): string {
  const own = `${name.replace(/Id$/, '')}-1`.slice(0, schema.maxLength);
  return [own, '2026-03-02', '09:30'].find((one) => fits(schema, one)) ?? own;
}

function objectFor(schema: JsonSchema, name: string, style: ExampleStyle): object {
  const { properties = {}, required = [], additionalProperties: others } = schema;
  const named = Object.entries(properties)
    .filter(([key]) => required.includes(key) || style.wanted(key))
    .map(([key, one]) => [key, exampleOf(one, key, style)]);
  if (Object.keys(properties).length === 0 && typeof others === 'object' && Object.keys(others).length > 0) {
    return { [singular(name)]: exampleOf(others, singular(name), style) };
  }
  return Object.fromEntries(named);
}

const singular = (name: string) => name.replace(/s$/, '');
const typesOf = ({ type }: JsonSchema): readonly string[] =>
  typeof type === 'string' ? [type] : (type ?? []);

/** Whether a value is of the schema's type and within its limits. What stands inside of it is the caller's to judge. */
function fits(schema: JsonSchema, value: unknown): boolean {
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOf(type, value))) return false;
  if (schema.const !== undefined && schema.const !== value) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (schema.anyOf) return schema.anyOf.some((one) => fits(one, value));
  if (typeof value === 'number') {
    return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
  }
  if (typeof value !== 'string') return hasRequired(schema, value);
  const { minLength = 0, maxLength = Infinity, pattern = '' } = schema;
  return value.length >= minLength && value.length <= maxLength && new RegExp(pattern, 'u').test(value);
}

function hasRequired({ required = [] }: JsonSchema, value: unknown): boolean {
  return required.every((key) => typeof value === 'object' && value !== null && key in value);
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
