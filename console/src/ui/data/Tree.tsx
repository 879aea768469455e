import { useState } from 'react';
import { Icon } from '../Icon.tsx';
import css from './Tree.module.css';

/** How deep it is open at first. */
const openDepth = 2;
/** Of a list so many are shown before one asks for more. */
const page = 100;

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null;
const entriesOf = (value: object) => Object.entries(value);

/** JSON as a tree, whose branches open and close. */
export function Tree({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    <section className={css.tree} aria-label={label}>
      {isBranch(value) ? <Branch value={value} depth={0} /> : <Leaf value={value} />}
    </section>
  );
}

function Branch({ value, depth }: { readonly value: object; readonly depth: number }) {
  const [count, setCount] = useState(page);
  const entries = entriesOf(value);
  if (entries.length === 0) return <span className={css.quiet}>{Array.isArray(value) ? '[]' : '{}'}</span>;
  return (
    <ul className={css.branch}>
      {entries.slice(0, count).map(([name, inner]) => (
        <li key={name}>
          <Entry name={name} value={inner} depth={depth} />
        </li>
      ))}
      {entries.length > count && (
        <li>
          <button type="button" className={css.more} onClick={() => setCount(count + page)}>
            {entries.length - count} more
          </button>
        </li>
      )}
    </ul>
  );
}

function Entry({
  name,
  value,
  depth,
}: {
  readonly name: string;
  readonly value: unknown;
  readonly depth: number;
}) {
  const [isOpen, setOpen] = useState(depth < openDepth);
  const isOpenable = isBranch(value) && entriesOf(value).length > 0;
  if (!isOpenable) {
    return (
      <div className={css.line}>
        <span className={css.name}>{name}</span>
        {isBranch(value) ? <Branch value={value} depth={depth} /> : <Leaf value={value} />}
      </div>
    );
  }
  return (
    <>
      <button type="button" className={css.toggle} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className={css.arrow}>
          <Icon name={isOpen ? 'chevron' : 'right'} size={12} />
        </span>
        <span className={css.name}>{name}</span>
        <span className={css.quiet}>{sizeOf(value)}</span>
      </button>
      {isOpen && <Branch value={value} depth={depth + 1} />}
    </>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  const kind = value === null ? 'null' : typeof value;
  return <span className={css[kind]}>{JSON.stringify(value) ?? 'undefined'}</span>;
}

function sizeOf(value: object): string {
  const { length } = entriesOf(value);
  if (Array.isArray(value)) return `[${length}]`;
  return `{${length}}`;
}
