import { ListFields, ObjectFields, RecordFields, UnionFields } from './Groups.tsx';
import { ChoiceNode, JsonNode, NumberNode, TextNode } from './LeafFields.tsx';
import type { NodeFieldProps } from './nodeFieldProps.ts';

/** A part of a form with all that is in it. */
export function NodeField({ node, ...rest }: NodeFieldProps) {
  switch (node.kind) {
    case 'text':
      return <TextNode node={node} {...rest} />;
    case 'number':
      return <NumberNode node={node} {...rest} />;
    case 'choice':
      return <ChoiceNode node={node} {...rest} />;
    case 'json':
      return <JsonNode node={node} {...rest} />;
    case 'object':
      return <ObjectFields Field={NodeField} node={node} {...rest} />;
    case 'record':
      return <RecordFields Field={NodeField} node={node} {...rest} />;
    case 'list':
      return <ListFields Field={NodeField} node={node} {...rest} />;
    case 'union':
      return <UnionFields Field={NodeField} node={node} {...rest} />;
  }
}
