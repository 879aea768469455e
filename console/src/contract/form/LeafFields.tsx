import { Select, TextArea, TextField } from '../../ui/controls/Field.tsx';
import { choiceText } from './draft.ts';
import type { NodeOf } from './formNode.ts';
import { type NodeFieldProps, titleOf } from './nodeFieldProps.ts';
import { SendEmpty } from './SendEmpty.tsx';
import { Words } from './Words.tsx';

/**
 * What is said of a field: its documentation, and what is wrong with it or with anything inside of it.
 *
 * @param more what its documentation does not say
 */
function wordsOf({ node, path, problems, ...rest }: NodeFieldProps, more = '') {
  const own = problems.filter(({ path: at }) => at === path || at.startsWith(`${path}.`));
  const hint = [node.schema.description, more].filter(Boolean).join(' ');
  return {
    label: titleOf(rest),
    ...(hint !== '' && { hint: <Words text={hint} /> }),
    ...(own.length > 0 && { error: own.map(({ message }) => message).join('; ') }),
  };
}

export function TextNode(props: NodeFieldProps<NodeOf<'text'>>) {
  const { node, draft, onChange, example } = props;
  const { text = '' } = draft;
  const shared = {
    ...wordsOf(props),
    value: text,
    placeholder: exampleText(example),
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      onChange({ ...draft, text: target.value, isSentEmpty: false }),
  };
  return (
    <div>
      {node.input === 'lines' ? (
        <TextArea rows={2} {...shared} />
      ) : (
        <TextField type={inputType(node.input, text)} {...shared} />
      )}
      {node.mayBeEmpty && text === '' && <SendEmpty label={props.label} draft={draft} onChange={onChange} />}
    </div>
  );
}

/** The platform's fields for dates and times show nothing of a text that is none, so that has a plain one. */
function inputType(input: NodeOf<'text'>['input'], text: string): 'text' | 'date' | 'time' {
  if (input === 'date' && (text === '' || /^\d{4}-\d{2}-\d{2}$/.test(text))) return 'date';
  if (input === 'time' && (text === '' || /^\d{2}:\d{2}$/.test(text))) return 'time';
  return 'text';
}

export function NumberNode(props: NodeFieldProps<NodeOf<'number'>>) {
  const { node, draft, onChange, example } = props;
  const { minimum, maximum } = node.schema;
  const range =
    minimum !== undefined && maximum !== undefined
      ? `${minimum} to ${maximum.toLocaleString('en')}.`
      : minimum !== undefined
        ? `${minimum} or more.`
        : '';
  return (
    <TextField
      {...wordsOf(props, range)}
      // A text field: one for numbers forgets what it takes for none.
      inputMode={node.isInteger ? 'numeric' : 'decimal'}
      value={draft.text ?? ''}
      placeholder={exampleText(example)}
      onChange={({ target }) => onChange({ ...draft, text: target.value })}
    />
  );
}

export function ChoiceNode(props: NodeFieldProps<NodeOf<'choice'>>) {
  const { node, draft, onChange, isRequired } = props;
  if (node.isFixed) return <TextField {...wordsOf(props)} value={choiceText(node.values[0])} disabled />;
  return (
    <Select
      {...wordsOf(props)}
      value={draft.text ?? ''}
      onChange={({ target }) => onChange({ ...draft, text: target.value })}
    >
      <option value="">{isRequired ? 'Choose…' : 'Left out'}</option>
      {node.values.map((value) => (
        <option key={choiceText(value)} value={choiceText(value)}>
          {typeof value === 'string' ? value : choiceText(value)}
        </option>
      ))}
    </Select>
  );
}

export function JsonNode(props: NodeFieldProps<NodeOf<'json'>>) {
  const { node, draft, onChange, example } = props;
  const isSaid = node.schema.description?.includes('JSON') === true;
  const shape = node.schema.type === 'object' ? 'A JSON object.' : 'JSON.';
  return (
    <TextArea
      rows={3}
      {...wordsOf(props, isSaid ? '' : shape)}
      value={draft.text ?? ''}
      placeholder={exampleText(example)}
      onChange={({ target }) => onChange({ ...draft, text: target.value })}
    />
  );
}

/** What might stand there. Marked as such, so that nobody takes it for what does. */
const exampleText = (example: unknown) =>
  example === undefined
    ? undefined
    : `e.g. ${typeof example === 'string' ? example : JSON.stringify(example)}`;
