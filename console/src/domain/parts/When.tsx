import { timeOfDay, wholeTime } from '../../ui/data/timeText.ts';

const dayOf = (at: number) => new Date(at).toDateString();

/** A moment, as short as it may be said: the time of day for today, and the day for what is older. */
export function When({ at }: { readonly at: number }) {
  const date = new Date(at);
  const text =
    dayOf(at) === dayOf(Date.now())
      ? timeOfDay(at)
      : date.toLocaleDateString(undefined, { month: 'short', day: 'numeric' });
  return (
    <time dateTime={date.toISOString()} title={wholeTime(at)}>
      {text}
    </time>
  );
}
