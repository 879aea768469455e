import * as z from 'zod/mini';
import { action, contract, described, userId } from '../contract.ts';

export const revokeContract = contract({
  actions: {
    'user.revoke': action({
      roles: ['admin'],
      payload: z.object({ userId: userId('Whose tokens are void from now on: a user of the same tenant.') }),
      answer: z.object({
        revokedAt: described(
          z.number(),
          'Tokens issued up to this time are void: milliseconds since 1970, UTC. It is ahead of now by the leeway for clocks.',
        ),
      }),
      documentation:
        'Closes every device of a user with `disconnect` 4403, and makes void all tokens that it was issued up to now.',
    }),
  },
  examples: { revokedAt: 1_767_254_400_000 },
});
