import { isObject } from '../jsonSchema.ts';
import type { ActionView } from '../readContract.ts';
import { type Draft, draftOf, nothingTyped } from './draft.ts';
import type { FormNode } from './formNode.ts';

/** The draft of the contract's example, with all its fields. */
export const exampleDraft = (node: FormNode, { example }: ActionView): Draft =>
  draftOf(node, example.payload);

/**
 * What a form begins with: of the example that which has to be there, so that it can be sent at once and nothing is in
 * it that nobody asked for. Where nothing has to be there (one of two, as with a channel's messages) it is all of it.
 */
export function initialDraft(node: FormNode, action: ActionView): Draft {
  const whole = exampleDraft(node, action);
  if (node.kind !== 'object' || !node.fields.some(({ isRequired }) => isRequired)) return whole;
  const required = node.fields.filter(({ isRequired }) => isRequired);
  const fields = required.map(({ name }) => [name, whole.fields?.[name] ?? nothingTyped] as const);
  return { isThere: true, fields: Object.fromEntries(fields) };
}

/** What the example has at a field, as a text: shown where nothing is typed yet. */
export function placeholderOf(example: unknown, name: string | number): unknown {
  if (Array.isArray(example)) return example[0];
  return isObject(example) ? example[name] : undefined;
}
