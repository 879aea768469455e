import { inProcess } from '../inProcess.ts';
import { bench } from '../measure.ts';

/** How many commits a second; two a second seldom meet. */
export const hotVariants = ['2 a second', '50 a second', '200 a second'] as const;
export type HotVariant = (typeof hotVariants)[number];
export interface HotFigures {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly units: number;
}

const ms = { unit: 'ms', better: 'less' } as const;

/** In memory, where reads take 4 ms, writes 5 and transactions 12. */
export const hot = bench({
  name: 'hot',
  measures:
    'interactions on one topic, each from an environment of its own, with the conflicts of DynamoDB and transactions of 12 ms, beside those that are seldom in each other’s way',
  figures: { p50: ms, p95: ms, p99: ms, units: { unit: 'write units a commit', better: 'less' } },
  variants: hotVariants,
  baseline: '2 a second',
  charts: ['p95', 'units'],
  measure: async (variant) => ({
    ...(await inProcess<HotFigures>(new URL('./hotProcess.ts', import.meta.url), [variant])),
  }),
});
