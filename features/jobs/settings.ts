import * as z from 'zod/mini';
import { count, settingsPart } from '../../core/settings.ts';

export const jobSettings = settingsPart({
  limits: {
    /** Jobs that a user may have under way. */
    jobsPerUser: z._default(count(1).check(z.maximum(100)), 5),
  },
  settings: {
    /** The translator for jobs of the kind `translate`. The built-in phrase book knows only a few phrases. */
    translator: z._default(z.enum(['amazon', 'phrase-book']), 'amazon'),
  },
});
