import { bench } from '../measure.ts';
import { posting } from './postServer.ts';

export const postVariants = ['SDK as it comes', 'tidings'] as const;
export type PostVariant = (typeof postVariants)[number];

export const posts = bench({
  name: 'posts',
  measures: 'CPU of posting 1 KB to @connections by TLS, warm, 64 at a time',
  figures: { CPU: { unit: 'ms for 1,000 posts', better: 'less' } },
  variants: postVariants,
  baseline: 'SDK as it comes',
  measure: async (variant) => ({
    CPU: await posting<number>(new URL('./postsProcess.ts', import.meta.url), [variant]),
  }),
});

const audiences = { '1,000 posts': 1_000, '10,000 posts': 10_000, '40,000 posts': 40_000 } as const;
type Audience = keyof typeof audiences;

/** So many posts of one function, of which those under way are in memory, and no others. */
export const memory = bench({
  name: 'memory',
  measures: 'memory of a process that delivers 1 KB to so many by TLS',
  figures: { peak: { unit: 'MB', better: 'less' } },
  variants: Object.keys(audiences) as Audience[],
  baseline: '1,000 posts',
  charts: [],
  measure: async (variant) => ({
    peak: await posting<number>(new URL('./deliveryProcess.ts', import.meta.url), [
      String(audiences[variant]),
    ]),
  }),
});
