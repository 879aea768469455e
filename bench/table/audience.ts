import { inProcess } from '../inProcess.ts';
import { bench } from '../measure.ts';

export const audienceVariants = ['Query of whole rows', 'tidings'] as const;
export type AudienceVariant = (typeof audienceVariants)[number];

/** Over HTTP from a local engine, whose own work does not count. */
export const audience = bench({
  name: 'audience',
  measures: 'CPU of reading who follows a topic with 5,000 subscribers, warm',
  figures: { CPU: { unit: 'ms for 1,000 ids', better: 'less' } },
  variants: audienceVariants,
  baseline: 'Query of whole rows',
  measure: async (variant) => ({
    CPU: await inProcess<number>(new URL('./audienceProcess.ts', import.meta.url), [variant]),
  }),
});
