import { appPage, pageBytes } from '../packages/client/test/pageBytes.ts';
import { bench } from './measure.ts';

const pages = {
  '@tidings/client': `export { createClient } from './index.ts'`,
  'with all features of this repository': appPage,
  'and with /tabs': `${appPage}\nexport * from './tabs/index.ts'`,
  'and with /react': `${appPage}\nexport * from './react/index.ts'`,
} as const;

export const client = bench({
  name: 'client',
  measures: 'what a page loads, built by Vite and compressed, without React',
  figures: { gzip: { unit: 'bytes', better: 'less' } },
  variants: Object.keys(pages) as (keyof typeof pages)[],
  maxRuns: 1,
  measure: async (variant) => ({ gzip: await pageBytes(pages[variant]) }),
});
