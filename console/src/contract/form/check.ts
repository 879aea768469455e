import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import { isObject, type JsonSchema, sameJson } from '../jsonSchema.ts';
import {
  type Draft,
  draftOf,
  filledOf,
  isThere,
  join,
  nothingTyped,
  optionOf,
  type Problem,
} from './draft.ts';
import type { FormNode } from './formNode.ts';

/** What a draft comes to, and all that is wrong with it. */
export interface Checked {
  /** Absent where nothing is to be sent. */
  readonly value?: unknown;
  readonly problems: readonly Problem[];
}

/** Judges a form before it is sent, each problem at its field. */
export function checkDraft(node: FormNode, draft: Draft, path: string): Checked {
  const filled = filledOf(node, draft, path);
  if (!isThere(filled)) return { problems: [{ path, message: 'is missing' }] };
  const { value, unreadable } = filled;
  const isRead = ({ path: at }: Problem) => !unreadable.some((one) => one.path === at);
  return {
    value,
    problems: [...unreadable, ...problemsOf(narrowed(node, draft), value, path).filter(isRead)],
  };
}

/** Judges a value that was typed as JSON. */
export const checkValue = (node: FormNode, value: unknown, path: string): readonly Problem[] =>
  problemsOf(narrowed(node, draftOf(node, value)), value, path);

/** Reads JSON that was typed in the place of a form, and judges it. */
export function checkText(node: FormNode, text: string, path: string): Checked {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [{ path, message: `is no JSON: ${(error as Error).message}` }] };
  }
  return { value, problems: checkValue(node, value, path) };
}

/**
 * The draft of a form that comes to exactly this value.
 *
 * @returns nothing where the form cannot hold it, so that nothing is lost on the way
 */
export function wholeDraftOf(node: FormNode, value: unknown): Draft | undefined {
  const draft = draftOf(node, value);
  const filled = filledOf(node, draft);
  return isThere(filled) && filled.unreadable.length === 0 && sameJson(filled.value, value)
    ? draft
    : undefined;
}

/** The schema with the options that were chosen in the place of its unions: what is wrong is then said of those alone. */
function narrowed(node: FormNode, draft: Draft): JsonSchema {
  const { schema } = node;
  switch (node.kind) {
    case 'object': {
      const properties = node.fields.map(({ name, node: inner }) => [
        name,
        narrowed(inner, draft.fields?.[name] ?? nothingTyped),
      ]);
      return { ...schema, properties: Object.fromEntries(properties) };
    }
    case 'record': {
      const properties = (draft.entries ?? []).map(([name, inner]) => [name, narrowed(node.item, inner)]);
      return { ...schema, properties: Object.fromEntries(properties) };
    }
    case 'list':
      return { ...schema, items: (draft.items ?? []).map((inner) => narrowed(node.item, inner)) };
    case 'union': {
      const option = node.options[draft.option ?? -1];
      return option ? narrowed(option.node, optionOf(draft)) : schema;
    }
    default:
      return schema;
  }
}

function problemsOf(schema: JsonSchema, value: unknown, path: string): Problem[] {
  // A copy: the validator writes into what it is given.
  const validator = new Validator(structuredClone(schema) as Schema, '7', false);
  const { errors } = validator.validate(value);
  const problems = errors.flatMap((error) => toProblem(error, schema, path) ?? []);
  // One at a field is enough to go on with.
  return problems.filter(({ path: at }, index) => problems.findIndex((one) => one.path === at) === index);
}

/** These only say that something inside of them is wrong, which says so itself. */
const wrappers =
  /^(properties|patternProperties|additionalProperties|items|prefixItems|additionalItems|allOf|\$ref)$/;

function toProblem(
  { keyword, instanceLocation, keywordLocation, error }: OutputUnit,
  schema: JsonSchema,
  path: string,
) {
  if (wrappers.test(keyword)) return undefined;
  const at = steps(instanceLocation).reduce(join, path);
  if (keyword === 'required') {
    const [, name = ''] = /property "(.*)"\.$/s.exec(error) ?? [];
    return { path: join(at, name), message: 'is missing' };
  }
  const rule = steps(keywordLocation).reduce<unknown>((inside, step) => Object(inside)[step], schema);
  return { path: at, message: messageOf(keyword, rule) ?? error };
}

/** @param rule what the schema says under the keyword */
function messageOf(keyword: string, rule: unknown): string | undefined {
  switch (keyword) {
    case 'type':
      return `must be ${[rule].flat().map(nameOfType).join(' or ')}`;
    case 'const':
      return `must be ${JSON.stringify(rule)}`;
    case 'enum':
      return `must be one of ${(rule as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`;
    case 'minLength':
      return rule === 1 ? 'must not be empty' : `must have at least ${rule} characters`;
    case 'maxLength':
      return `must have at most ${Number(rule).toLocaleString('en')} characters`;
    case 'pattern':
      return `must match ${String(rule)}`;
    case 'format':
      return `must be a ${String(rule)}`;
    case 'minimum':
      return `must be at least ${rule}`;
    case 'maximum':
      return `must be at most ${rule}`;
    case 'minItems':
      return `must have at least ${rule}`;
    case 'maxItems':
      return `must have at most ${rule}`;
    case 'anyOf':
      return 'must be one of its options';
    case 'false':
      return 'is not a field of the contract';
    default:
      return undefined;
  }
}

const nameOfType = (type: unknown) =>
  ({ integer: 'a whole number', object: 'an object', array: 'a list', null: 'null' })[String(type)] ??
  `a ${String(type)}`;

/** The steps of a JSON pointer in a URI. */
const steps = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => decodeURI(step).replaceAll('~1', '/').replaceAll('~0', '~'));

/** The problems of a server's answer; anything else says nothing of a field. */
export function problemsOfDetails(details: unknown): Problem[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((one: unknown) => {
    if (!isObject(one)) return [];
    const { path, message } = one;
    return typeof path === 'string' && typeof message === 'string' ? [{ path, message }] : [];
  });
}
