import { isObject } from '../jsonSchema.ts';
import type { ActionView } from '../readContract.ts';
import { type Draft, draftOf } from './draft.ts';
import type { FormNode } from './formNode.ts';

/** The draft of the contract's example, with all its fields. */
export const exampleDraft = (node: FormNode, { example }: ActionView): Draft =>
  draftOf(node, example.payload);

/** What the example has at a field, as a text: shown where nothing is typed yet. */
export function placeholderOf(example: unknown, name: string | number): unknown {
  if (Array.isArray(example)) return example[0];
  return isObject(example) ? example[name] : undefined;
}
