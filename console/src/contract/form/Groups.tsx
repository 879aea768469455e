import { type ReactNode, useId } from 'react';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { Select, TextField } from '../../ui/controls/Field.tsx';
import { type Draft, join, nothingTyped, optionOf, type Problem } from './draft.ts';
import { placeholderOf } from './example.ts';
import css from './Form.module.css';
import type { FormNode, NodeOf } from './formNode.ts';
import { type GroupProps, titleOf } from './nodeFieldProps.ts';
import { SendEmpty } from './SendEmpty.tsx';
import { Words } from './Words.tsx';

/** Fields that belong together, with what is wrong with all of them. */
function Group(props: {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly problems: readonly Problem[];
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}) {
  const id = useId();
  const { title, hint, problems, actions, children } = props;
  return (
    <fieldset className={css.group} aria-describedby={hint === undefined ? undefined : `${id}-hint`}>
      <legend className={css.legend}>{title}</legend>
      {hint !== undefined && (
        <p id={`${id}-hint`} className={css.hint}>
          <Words text={hint} />
        </p>
      )}
      {children}
      {problems.length > 0 && (
        <p className={css.error} role="alert">
          {problems.map(({ message }) => message).join('; ')}
        </p>
      )}
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </fieldset>
  );
}

const at = (problems: readonly Problem[], path: string) => problems.filter((one) => one.path === path);
const isWithin = (where: string, path: string) => where === path || where.startsWith(`${path}.`);

export function ObjectFields(props: GroupProps<NodeOf<'object'>>) {
  const { node, draft, path, label, isRequired, example, problems, onChange, Field } = props;
  const { description } = node.schema;
  const isThere = isRequired || draft.isThere === true;
  const title = titleOf({ label, isRequired });
  if (!isThere) {
    return (
      <Group title={title} hint={description} problems={at(problems, path)}>
        <Button size="small" icon="plus" onClick={() => onChange({ ...draft, isThere: true })}>
          Add {label}
        </Button>
      </Group>
    );
  }
  return (
    <Group
      title={title}
      hint={description}
      problems={at(problems, path)}
      actions={
        !isRequired && (
          <Button
            size="small"
            look="plain"
            icon="close"
            onClick={() => onChange({ ...draft, isThere: false })}
          >
            Leave {label} out
          </Button>
        )
      }
    >
      <FieldsOf {...{ node, draft, path, example, problems, onChange, Field }} />
    </Group>
  );
}

/** The fields of an object, and what else was given: that has no field, and is sent as it is. */
export function FieldsOf({
  node,
  draft,
  path,
  example,
  problems,
  onChange,
  Field,
}: Omit<GroupProps<NodeOf<'object'>>, 'label' | 'isRequired'>) {
  const others = Object.keys(draft.others ?? {});
  const named = [...node.fields.map(({ name }) => name), ...others];
  const homeless = problems.filter(
    ({ path: where }) =>
      where.startsWith(`${path}.`) && !named.some((name) => isWithin(where, join(path, name))),
  );
  const unknown = problems.filter((one) => others.some((name) => one.path === join(path, name)));
  return (
    <>
      {node.fields.map(({ name, node: inner, isRequired }) => (
        <Field
          key={name}
          node={inner}
          draft={draft.fields?.[name] ?? nothingTyped}
          path={join(path, name)}
          label={name}
          isRequired={isRequired}
          example={placeholderOf(example, name)}
          problems={problems}
          onChange={(next) => onChange({ ...draft, fields: { ...draft.fields, [name]: next } })}
        />
      ))}
      {others.length > 0 && (
        <Group
          title="Beside the contract"
          problems={unknown}
          actions={
            <Button size="small" look="plain" icon="close" onClick={() => onChange({ ...draft, others: {} })}>
              Leave them out
            </Button>
          }
        >
          <p className={css.hint}>
            {others.join(', ')}: the contract does not name{' '}
            {others.length === 1 ? 'this field' : 'these fields'}, and
            {others.length === 1 ? ' it is' : ' they are'} sent as given.
          </p>
        </Group>
      )}
      {homeless.length > 0 && (
        <p className={css.error} role="alert">
          {homeless.map(({ path: where, message }) => `${where}: ${message}`).join('; ')}
        </p>
      )}
    </>
  );
}

/** A group of as many as one likes. */
function Growing({
  node,
  path,
  label,
  isRequired,
  problems,
  onAdd,
  children,
}: GroupProps<FormNode> & { readonly children: ReactNode; onAdd(): void }) {
  return (
    <Group
      title={titleOf({ label, isRequired })}
      hint={node.schema.description}
      problems={at(problems, path)}
      actions={
        <Button size="small" icon="plus" onClick={onAdd}>
          Add to {label}
        </Button>
      }
    >
      {children}
    </Group>
  );
}

interface RowProps {
  readonly name: string;
  readonly children: ReactNode;
  onTakeOut(): void;
}

const Row = ({ name, children, onTakeOut }: RowProps) => (
  <div className={css.row}>
    <div className={css.grow}>{children}</div>
    <IconButton icon="trash" label={`Take out ${name}`} onClick={onTakeOut} />
  </div>
);

export function ListFields(props: GroupProps<NodeOf<'list'>>) {
  const { node, draft, path, label, isRequired, example, problems, onChange, Field } = props;
  const { items = [] } = draft;
  const set = (next: readonly Draft[]) => onChange({ ...draft, items: next, isSentEmpty: false });
  return (
    <Growing {...props} onAdd={() => set([...items, nothingTyped])}>
      {items.map((item, index) => (
        <Row
          key={index}
          name={`${label} ${index + 1}`}
          onTakeOut={() => set(items.filter((_, other) => other !== index))}
        >
          <Field
            node={node.item}
            draft={item}
            path={join(path, index)}
            label={`${label} ${index + 1}`}
            isRequired
            example={placeholderOf(example, index)}
            problems={problems}
            onChange={(next) => set(items.with(index, next))}
          />
        </Row>
      ))}
      {items.length === 0 && !isRequired && <SendEmpty label={label} draft={draft} onChange={onChange} />}
    </Growing>
  );
}

export function RecordFields(props: GroupProps<NodeOf<'record'>>) {
  const { node, draft, path, example, problems, onChange, Field } = props;
  const { entries = [] } = draft;
  const set = (next: NonNullable<Draft['entries']>) =>
    onChange({ ...draft, entries: next, isSentEmpty: false });
  return (
    <Growing {...props} onAdd={() => set([...entries, ['', nothingTyped]])}>
      {entries.map(([name, inner], index) => (
        <Row
          key={index}
          name={name || String(index + 1)}
          onTakeOut={() => set(entries.filter((_, other) => other !== index))}
        >
          <TextField
            label={`Name ${index + 1}`}
            value={name}
            onChange={({ target }) => set(entries.with(index, [target.value, inner]))}
          />
          <Field
            node={node.item}
            draft={inner}
            path={join(path, name)}
            label={name === '' ? `Value ${index + 1}` : name}
            isRequired
            example={placeholderOf(example, name)}
            problems={problems}
            onChange={(next) => set(entries.with(index, [name, next]))}
          />
        </Row>
      ))}
    </Growing>
  );
}

export function UnionFields(props: GroupProps<NodeOf<'union'>>) {
  const { node, draft, path, label, isRequired, example, problems, onChange, Field } = props;
  const { option = -1 } = draft;
  const chosen = node.options[option];
  const inner = {
    path,
    example,
    problems,
    Field,
    onChange: (next: Draft) => onChange({ ...draft, options: { ...draft.options, [option]: next } }),
  };
  return (
    <Group
      title={titleOf({ label, isRequired })}
      hint={node.schema.description}
      problems={chosen && chosen.node.kind !== 'object' ? [] : at(problems, path)}
    >
      <Select
        label={`Which ${label}`}
        value={option}
        onChange={({ target }) => onChange({ ...draft, option: Number(target.value) })}
      >
        <option value={-1}>{isRequired ? 'Choose…' : 'Left out'}</option>
        {node.options.map(({ title }, index) => (
          <option key={title} value={index}>
            {title}
          </option>
        ))}
      </Select>
      {chosen?.node.kind === 'object' ? (
        <FieldsOf node={chosen.node} draft={optionOf(draft)} {...inner} />
      ) : (
        chosen &&
        !isFixed(chosen.node) && (
          <Field node={chosen.node} draft={optionOf(draft)} label={label} isRequired {...inner} />
        )
      )}
    </Group>
  );
}

const isFixed = (node: FormNode) => node.kind === 'choice' && node.isFixed;
