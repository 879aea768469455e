import { duration } from '../../ui/data/timeText.ts';
import css from './engagement.module.css';

const width = 90;
const height = 20;

/** What happened over the time that is shown, the newest at the right. */
export function Sparkline({
  counts,
  spanMs,
}: {
  readonly counts: readonly number[] | undefined;
  readonly spanMs: number;
}) {
  const highest = Math.max(1, ...(counts ?? []));
  const total = (counts ?? []).reduce((sum, count) => sum + count, 0);
  const step = width / ((counts?.length ?? 1) || 1);
  const line = (counts ?? [])
    .map((count, at) => {
      const y = height - 1.5 - (count / highest) * (height - 3);
      return `${at === 0 ? 'M' : 'L'}${(at * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
  return (
    <svg
      className={css.spark}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={total > 0 ? `${total} within ${duration(spanMs)}` : 'Nothing yet'}
    >
      {line === '' ? (
        <path className={css.flat} d={`M0 ${height - 1.5}H${width}`} />
      ) : (
        <path className={css.line} d={line} />
      )}
    </svg>
  );
}
