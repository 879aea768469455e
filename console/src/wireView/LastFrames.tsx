import { useStore } from '../base/useStore.ts';
import type { WireSource } from '../wire/wireSource.ts';
import { WireLine } from './WireLine.tsx';
import css from './wireView.module.css';

/** The newest entries of a wire, the newest first. There is room for all of them from the beginning. */
export function LastFrames({ source, max = 8 }: { readonly source: WireSource; readonly max?: number }) {
  const { first, next } = useStore(source);
  const numbers = Array.from({ length: Math.min(max, next - first) }, (_, place) => next - 1 - place);
  return (
    <ol className={css.last} aria-label="The newest frames" style={{ height: max * 26 }}>
      {numbers.map((number, place) => {
        const entry = source.entry(number);
        return (
          entry && (
            // The places stay, and what is in them changes: there is nothing in them that could be lost.
            <li key={place} className={css.row} data-kind={entry.kind}>
              <WireLine entry={entry} />
            </li>
          )
        );
      })}
    </ol>
  );
}
