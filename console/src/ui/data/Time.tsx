import { timeOfDay, wholeTime } from './timeText.ts';

/** A moment: the time of day, with the whole of it where the pointer rests. */
export function Time({ at, precise = false }: { readonly at: number; readonly precise?: boolean }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={wholeTime(at)}>
      {timeOfDay(at, precise)}
    </time>
  );
}
