import { useState } from 'react';
import { useStore } from '../base/useStore.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Empty } from '../ui/layout/States.tsx';
import type { WireSource } from '../wire/wireSource.ts';
import { FilterBar } from './FilterBar.tsx';
import { useFiltered } from './useFiltered.ts';
import { WireDetail } from './WireDetail.tsx';
import { WireList } from './WireList.tsx';
import { everything } from './wireFilter.ts';
import css from './wireView.module.css';

/** What a source has, as a filter leaves it, and the whole of one entry beside it. */
export function WireView({ source, isPaused }: { readonly source: WireSource; readonly isPaused: boolean }) {
  const now = useStore(source);
  const [held, setHeld] = useState(now);
  const [filter, setFilter] = useState(everything);
  const [chosen, setChosen] = useState<number>();
  if (!isPaused && held !== now) setHeld(now);
  const range = isPaused ? held : now;
  const shown = useFiltered(source, range, filter);
  const entry = chosen === undefined ? undefined : source.entry(chosen);
  const of = range.next - range.first;
  return (
    <div className={css.view}>
      <FilterBar filter={filter} onChange={setFilter} shown={shown.length} of={of} />
      <div className={css.parts} data-has-detail={entry !== undefined}>
        <div className={css.list}>
          {shown.length === 0 ? (
            <Empty icon="wire" title={of === 0 ? 'Nothing has come yet' : 'No frame has all of these words'}>
              {of > 0 && <Button onClick={() => setFilter(everything)}>Show all</Button>}
            </Empty>
          ) : (
            <WireList source={source} shown={shown} chosen={chosen} onChoose={setChosen} />
          )}
        </div>
        {entry && <WireDetail entry={entry} onClose={() => setChosen(undefined)} />}
      </div>
    </div>
  );
}
