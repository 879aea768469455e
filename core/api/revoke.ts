import type { revokeContract } from '@tidings/protocol';
import type { Actions } from '../call.ts';
import { revokedUntil } from '../connections/expiry.ts';
import { endDevices } from '../connections/revocation.ts';
import { keys } from '../keys.ts';
import { commitRows } from '../log/commitRows.ts';

/** Revocation, for a lost device or a dismissed user. */
export const revokeActions: Actions<typeof revokeContract> = {
  'user.revoke': async (call) => {
    const { runtime, principal } = call;
    const { tenant } = principal;
    const { userId } = call.payload;
    const key = keys.revoked(tenant, userId);
    // A token is accepted this long before its `iat`, so one in use may be dated this far ahead.
    const latest = runtime.clock.now() + runtime.settings.tokens.leewaySeconds * 1000;
    const answer = await commitRows(runtime, call, {
      rows: [key],
      decide: ([before]) => {
        // Clocks differ: an earlier time must not replace a later one, or revoked tokens would be valid
        // again.
        const revokedAt = Math.max(latest, revokedUntil(before));
        return {
          answer: { revokedAt },
          writes: [
            {
              update: key,
              set: { at: revokedAt },
              if: {
                is: 'any',
                of: [{ is: 'absent' }, { is: 'below', attribute: 'at', value: revokedAt + 1 }],
              },
            },
          ],
        };
      },
    });
    await endDevices(runtime, tenant, userId, answer.revokedAt);
    return answer;
  },
};
