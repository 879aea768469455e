import { idPattern } from '@tidings/protocol';
import * as z from 'zod/mini';
import { count, settingsPart } from '../../core/settings.ts';

export const engagementSettings = settingsPart({
  limits: {
    /** Kinds of interaction that are counted of one client. */
    kindsPerClient: z._default(count(2).check(z.maximum(64)), 64),
    /** How many of those its users may be the first to record. */
    clientKindsPerClient: z.optional(count(1).check(z.maximum(64))),
    /** The allowed kinds of interaction. Without this list, any word is allowed. */
    interactionKinds: z.optional(
      z.array(z.string().check(z.regex(idPattern))).check(
        // A function's environment takes 4 KB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
        z.refine((kinds) => kinds.join().length <= 1_500, { error: 'must have at most 1500 characters' }),
      ),
    ),
  },
  shares: { clientKindsPerClient: { of: 'kindsPerClient', usual: 16 } },
});
