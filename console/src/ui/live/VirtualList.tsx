import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
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
  onKeyDown,
}: VirtualListProps) {
  const frame = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    overscan: 12,
  });
  useEffect(() => {
    const list = frame.current;
    if (follows && isAtEnd.current && list && count > 0) list.scrollTop = list.scrollHeight;
  }, [count, follows]);
  useEffect(() => {
    if (shown !== undefined) rows.scrollToIndex(shown);
  }, [shown, rows]);
  return (
    <section
      ref={frame}
      className={css.frame}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearPx;
      }}
    >
      <ol className={css.all} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => (
          <li
            key={key}
            className={css.row}
            aria-setsize={count}
            aria-posinset={index + 1}
            style={{ height: rowHeight, transform: `translateY(${start}px)` }}
          >
            {row(index)}
          </li>
        ))}
      </ol>
    </section>
  );
}
