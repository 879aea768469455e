import type { KeyboardEvent } from 'react';
import { VirtualList } from '../ui/live/VirtualList.tsx';
import type { WireSource } from '../wire/wireSource.ts';
import { WireLine } from './WireLine.tsx';
import type { Shown } from './wireFilter.ts';
import css from './wireView.module.css';

export interface WireListProps {
  readonly source: WireSource;
  readonly shown: Shown;
  /** The number of the entry whose whole is shown. */
  readonly chosen: number | undefined;
  onChoose(number: number): void;
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 };

/** What happened, oldest first; it stays at the newest until somebody scrolls away. */
export function WireList({ source, shown, chosen, onChoose }: WireListProps) {
  const place = chosen === undefined ? -1 : shown.indexOf(chosen);

  function move(event: KeyboardEvent) {
    const step = steps[event.key];
    if (step === undefined || shown.length === 0) return;
    event.preventDefault();
    const from = place < 0 ? (step > 0 ? -1 : shown.length) : place;
    const next = shown[Math.min(Math.max(from + step, 0), shown.length - 1)];
    if (next !== undefined) onChoose(next);
  }

  return (
    <VirtualList
      label="Frames, the newest last"
      count={shown.length}
      rowHeight={26}
      follows
      onKeyDown={move}
      {...(place >= 0 && { shown: place })}
      keyOf={(index) => shown[index] ?? index}
      row={(index) => {
        const number = shown[index];
        const entry = number === undefined ? undefined : source.entry(number);
        if (!entry) return null;
        return (
          <button
            type="button"
            // One is reached by the arrow keys; Tab goes past ten thousand of them.
            tabIndex={-1}
            className={css.row}
            data-kind={entry.kind}
            aria-current={number === chosen || undefined}
            onClick={() => onChoose(entry.number)}
          >
            <WireLine entry={entry} />
          </button>
        );
      }}
    />
  );
}
