import { useEffect } from 'react';
import { useStore } from '../../base/useStore.ts';
import { duration } from '../../ui/data/timeText.ts';
import { linePath } from '../../ui/live/chartShape.ts';
import type { Activity } from './activity.ts';
import css from './engagement.module.css';

const width = 90;
const height = 20;

/** What happened with one within the last day, the newest at the right. It is read once the row is seen. */
export function Sparkline({ activity, id }: { readonly activity: Activity; readonly id: string }) {
  useStore(activity);
  useEffect(() => activity.look(id), [activity, id]);
  const day = activity.of(id, Date.now());
  const counts = day?.counts ?? [];
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const highest = Math.max(1, ...counts.map((count) => count ?? 0));
  const line = linePath(
    counts,
    (at) => (at * width) / counts.length,
    (count) => height - 1.5 - (count / highest) * (height - 3),
    false,
  );
  const said = day ? `${total} within ${duration(Math.max(60_000, day.knownMs))}` : 'Being read';
  return (
    <svg className={css.spark} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={said}>
      <title>{said}</title>
      <path
        className={total > 0 ? css.line : css.flat}
        d={total > 0 ? line : `M0 ${height - 1.5}H${width}`}
      />
    </svg>
  );
}
