import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Scrollable } from '../layout/Scrollable.tsx';
import { scrolledTo, seenRows } from './seenRows.ts';
import css from './VirtualList.module.css';

export interface VirtualListProps {
  readonly label: string;
  readonly count: number;
  /** All rows are as high. */
  readonly rowHeight: number;
  readonly row: (index: number) => ReactNode;
  readonly keyOf: (index: number) => string | number;
  /** Stays at the newest row, the last, until somebody scrolls away from it. @default false */
  readonly follows?: boolean;
  /** The index of a row that is brought into view when it changes. */
  readonly shown?: number;
  /** Stays above the rows while they scroll, as wide as they are. */
  readonly head?: ReactNode;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/** How near to the end counts as at the end. */
const nearPx = 40;

/** Rows of which only those are drawn that are seen: ten thousand of them scroll as ten do. */
export function VirtualList({
  label,
  count,
  rowHeight,
  row,
  keyOf,
  follows = false,
  shown,
  head,
  onKeyDown,
}: VirtualListProps) {
  const frame = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const [{ top, height }, setSeen] = useState({ top: 0, height: 0 });
  const look = () => {
    const list = frame.current;
    if (!list) return;
    // Within a row nothing else is drawn.
    const at = Math.floor(list.scrollTop / rowHeight) * rowHeight;
    const { clientHeight } = list;
    setSeen((before) =>
      before.top === at && before.height === clientHeight ? before : { top: at, height: clientHeight },
    );
  };
  const looking = useRef(look);
  looking.current = look;
  useLayoutEffect(() => {
    const list = frame.current;
    if (!list) return;
    looking.current();
    const watch = new ResizeObserver(() => looking.current());
    watch.observe(list);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const list = frame.current;
    if (follows && isAtEnd.current && list && count > 0) list.scrollTop = list.scrollHeight;
  }, [count, follows]);
  useEffect(() => {
    const list = frame.current;
    if (shown === undefined || !list) return;
    const to = scrolledTo(shown, rowHeight, list.scrollTop, list.clientHeight);
    if (to !== undefined) list.scrollTop = to;
  }, [shown, rowHeight]);
  // One row more than is seen whole.
  const { from, to } = seenRows(count, rowHeight, top, height + rowHeight);
  return (
    <Scrollable
      ref={frame}
      label={label}
      className={css.frame}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearPx;
        look();
      }}
    >
      {head !== undefined && <div className={css.head}>{head}</div>}
      <ol className={css.all} style={{ height: count * rowHeight }}>
        {Array.from({ length: to - from }, (_, at) => from + at).map((index) => (
          <li
            key={keyOf(index)}
            className={css.row}
            aria-setsize={count}
            aria-posinset={index + 1}
            style={{ height: rowHeight, transform: `translateY(${index * rowHeight}px)` }}
          >
            {row(index)}
          </li>
        ))}
      </ol>
    </Scrollable>
  );
}
