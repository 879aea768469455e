import * as z from 'zod/mini';
import { count, settingsPart } from '../../core/settings.ts';

export const jobSettings = settingsPart({
  limits: {
    /** Jobs that a user may have under way. */
    jobsPerUser: z._default(count(1).check(z.maximum(100)), 5),
  },
  settings: {
    /** Who does jobs of the kind `translate`. The phrase book is built in, and no more than its name says. */
    translator: z._default(z.enum(['amazon', 'phrase-book']), 'amazon'),
  },
  withoutAws: () => ({ translator: 'phrase-book' }),
});
