import type { ComponentType } from 'react';
import type { Draft, Problem } from './draft.ts';
import type { FormNode } from './formNode.ts';

/** What each part of a form is drawn with. */
export interface NodeFieldProps<Node extends FormNode = FormNode> {
  readonly node: Node;
  readonly draft: Draft;
  /** Where it stands in the frame, with dots: problems are found by it. */
  readonly path: string;
  readonly label: string;
  readonly isRequired: boolean;
  /** What the contract's example has here. */
  readonly example: unknown;
  readonly problems: readonly Problem[];
  onChange(draft: Draft): void;
}

/** What has parts draws each with this. */
export interface GroupProps<Node extends FormNode> extends NodeFieldProps<Node> {
  readonly Field: ComponentType<NodeFieldProps>;
}

export const titleOf = ({ label, isRequired }: Pick<NodeFieldProps, 'label' | 'isRequired'>): string =>
  isRequired ? label : `${label} (optional)`;
