import { isObject } from '../jsonSchema.ts';
import type { FormNode, NodeOf } from './formNode.ts';

/** What somebody has filled in so far, as it was typed: a form that is half done is one too. */
export interface Draft {
  /** Of a text, a number, a choice (as JSON) or free JSON. */
  readonly text?: string;
  /** What is empty is left out, unless somebody asked for it. */
  readonly isSentEmpty?: boolean;
  /** Of an object: whether it is there at all. */
  readonly isThere?: boolean;
  /** Of an object, by the names of its fields. */
  readonly fields?: Readonly<Record<string, Draft>>;
  /** Of an object: what was given and has no field. */
  readonly others?: Readonly<Record<string, unknown>>;
  /** Of a list. */
  readonly items?: readonly Draft[];
  /** Of names of one's own. */
  readonly entries?: readonly (readonly [name: string, draft: Draft])[];
  /** Of a union: which option, and what was filled in of each. */
  readonly option?: number;
  readonly options?: Readonly<Record<number, Draft>>;
}

/** What a draft comes to. */
export interface Filled {
  /** Absent where it is left out. */
  readonly value?: unknown;
  /** What is no JSON, by its path. */
  readonly unreadable: readonly Problem[];
}

/** Something that is wrong, and where: names and numbers with dots between, as the server's details have them. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

export const nothingTyped: Draft = {};
export const join = (path: string, name: string | number): string =>
  path === '' ? String(name) : `${path}.${name}`;

const leftOut: Filled = { unreadable: [] };
const filled = (value: unknown): Filled => ({ value, unreadable: [] });
export const isThere = (one: Filled): boolean => Object.hasOwn(one, 'value');

/** @param isRequired an object that is required is there, also while nothing is filled in */
export function filledOf(node: FormNode, draft: Draft, path = '', isRequired = true): Filled {
  const { text = '', isSentEmpty = false } = draft;
  switch (node.kind) {
    case 'text':
      return text === '' && !isSentEmpty ? leftOut : filled(text);
    case 'number':
      return text.trim() === '' ? leftOut : filled(numberOf(text));
    case 'choice':
      if (node.isFixed) return filled(node.values[0]);
      return text === '' ? leftOut : readJson(text, path);
    case 'json':
      return text.trim() === '' ? leftOut : readJson(text, path);
    case 'object':
      return isRequired || draft.isThere ? objectOf(node, draft, path) : leftOut;
    case 'record':
      return isRequired || (draft.entries?.length ?? 0) > 0 || isSentEmpty
        ? recordOf(node, draft, path)
        : leftOut;
    case 'list':
      return isRequired || (draft.items?.length ?? 0) > 0 || isSentEmpty
        ? listOf(node, draft, path)
        : leftOut;
    case 'union': {
      const option = node.options[draft.option ?? -1];
      return option ? filledOf(option.node, optionOf(draft), path) : leftOut;
    }
  }
}

/** A value of a choice, as it is kept in a draft. */
export const choiceText = (value: unknown): string => JSON.stringify(value);

export const optionOf = ({ option = -1, options = {} }: Draft): Draft => options[option] ?? nothingTyped;

/** What is no number stays a text, so that the validator says so at its field. */
function numberOf(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function readJson(text: string, path: string): Filled {
  try {
    return filled(JSON.parse(text));
  } catch (error) {
    return { value: null, unreadable: [{ path, message: `is no JSON: ${(error as Error).message}` }] };
  }
}

function objectOf({ fields }: NodeOf<'object'>, draft: Draft, path: string): Filled {
  const parts = fields.map(({ name, node, isRequired }) => {
    const inner = draft.fields?.[name] ?? nothingTyped;
    return [name, filledOf(node, inner, join(path, name), isRequired)] as const;
  });
  const there = parts.filter(([, part]) => isThere(part)).map(([name, { value }]) => [name, value]);
  return {
    value: { ...Object.fromEntries(there), ...draft.others },
    unreadable: parts.flatMap(([, { unreadable }]) => unreadable),
  };
}

function recordOf({ item }: NodeOf<'record'>, { entries = [] }: Draft, path: string): Filled {
  const parts = entries.map(([name, inner]) => [name, filledOf(item, inner, join(path, name))] as const);
  return {
    value: Object.fromEntries(parts.map(([name, { value = null }]) => [name, value])),
    unreadable: parts.flatMap(([, { unreadable }]) => unreadable),
  };
}

/** What is left empty in a list keeps its place, as `null`: others keep their numbers, and the validator says so. */
function listOf({ item }: NodeOf<'list'>, { items = [] }: Draft, path: string): Filled {
  const parts = items.map((inner, at) => filledOf(item, inner, join(path, at)));
  return {
    value: parts.map((part) => (isThere(part) ? part.value : emptyItem(item))),
    unreadable: parts.flatMap(({ unreadable }) => unreadable),
  };
}

const emptyItem = ({ kind }: FormNode) => (kind === 'text' ? '' : null);

/** A draft that comes to this value, as far as the form can hold it: `filledOf` tells. */
export function draftOf(node: FormNode, value: unknown): Draft {
  switch (node.kind) {
    case 'text':
      if (value === '') return { isSentEmpty: true };
      return { text: typeof value === 'string' ? value : JSON.stringify(value) };
    case 'number':
      return { text: typeof value === 'string' ? value : JSON.stringify(value) };
    case 'choice':
      return { text: choiceText(value) };
    case 'json':
      return { text: JSON.stringify(value, undefined, 2) };
    case 'object':
      return isObject(value) ? objectDraft(node, value) : nothingTyped;
    case 'record': {
      if (!isObject(value)) return nothingTyped;
      const entries = Object.entries(value).map(([name, one]) => [name, draftOf(node.item, one)] as const);
      return { entries, isSentEmpty: entries.length === 0 };
    }
    case 'list':
      if (!Array.isArray(value)) return nothingTyped;
      return { items: value.map((one) => draftOf(node.item, one)), isSentEmpty: value.length === 0 };
    case 'union': {
      const option = bestOption(node, value);
      const inner = node.options[option];
      return inner ? { option, options: { [option]: draftOf(inner.node, value) } } : nothingTyped;
    }
  }
}

function objectDraft({ fields }: NodeOf<'object'>, value: Record<string, unknown>): Draft {
  const known = new Map(fields.map(({ name, node }) => [name, node]));
  const entries = Object.entries(value);
  const others = entries.filter(([name]) => !known.has(name));
  return {
    isThere: true,
    fields: Object.fromEntries(
      entries.flatMap(([name, one]) => {
        const node = known.get(name);
        return node ? [[name, draftOf(node, one)]] : [];
      }),
    ),
    ...(others.length > 0 && { others: Object.fromEntries(others) }),
  };
}

/** The option of a union that a value is most like. */
function bestOption({ options }: NodeOf<'union'>, value: unknown): number {
  const likeness = options.map(({ node }) => likenessTo(node, value));
  return likeness.indexOf(Math.max(...likeness));
}

function likenessTo(node: FormNode, value: unknown): number {
  switch (node.kind) {
    case 'object': {
      if (!isObject(value)) return 0;
      const found = node.fields.filter(({ name }) => Object.hasOwn(value, name));
      const missing = node.fields.filter(({ name, isRequired }) => isRequired && !Object.hasOwn(value, name));
      const inside = found.map(({ name, node: inner }) => likenessTo(inner, value[name]));
      return 1 + inside.reduce((sum, one) => sum + one, 0) - missing.length / 2;
    }
    case 'record':
      return isObject(value) ? 1 : 0;
    case 'list':
      return Array.isArray(value) ? 2 : 0;
    case 'choice':
      return node.values.includes(value) ? 3 : 0;
    case 'text':
      return typeof value === 'string' ? 2 : 0;
    case 'number':
      return typeof value === 'number' ? 2 : 0;
    case 'union':
      return Math.max(...node.options.map(({ node: inner }) => likenessTo(inner, value)));
    case 'json':
      return 0.5;
  }
}
