import { bench } from '../measure.ts';
import { crowd } from './crowd.ts';

const sizes = { '100 sockets': 100, '1,000 sockets': 1_000, '5,000 sockets': 5_000 } as const;
const ms = { unit: 'ms', better: 'less' } as const;

/** Of all frames of 20 events, so that one run has thousands. */
export const delivered = bench({
  name: 'delivered',
  measures:
    'from publish to delivered on the whole local stack, one event at a time, over all sockets and 20 events',
  figures: { p50: ms, p95: ms, p99: ms },
  variants: Object.keys(sizes) as (keyof typeof sizes)[],
  charts: ['p95'],
  maxRuns: 1,
  async measure(variant) {
    const { p50, p95, p99 } = await crowd('local stack', sizes[variant], 20);
    return { p50, p95, p99 };
  },
});
