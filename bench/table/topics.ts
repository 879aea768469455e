import { inProcess } from '../inProcess.ts';
import { bench } from '../measure.ts';

export const topicsVariants = ['one PutItem each', 'tidings'] as const;
export type TopicsVariant = (typeof topicsVariants)[number];
export interface TopicsFigures {
  readonly commits: number;
  readonly p50: number;
  readonly p95: number;
}

const ms = { unit: 'ms', better: 'less' } as const;

/** From the frame to its answer, over HTTP to a local engine; nobody follows these topics. */
export const topics = bench({
  name: 'topics',
  measures:
    'commits on 200 topics in turn, 16 at a time: what has an order and is remembered, beside a bare write',
  figures: { commits: { unit: 'commits a second', better: 'more' }, p50: ms, p95: ms },
  variants: topicsVariants,
  baseline: 'one PutItem each',
  measure: async (variant) => ({
    ...(await inProcess<TopicsFigures>(new URL('./topicsProcess.ts', import.meta.url), [variant])),
  }),
});
