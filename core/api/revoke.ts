import type { revokeContract } from '@tidings/protocol';
import type { Actions } from '../call.ts';
import type { RevokedRow } from '../connections/expiry.ts';
import { endDevices } from '../connections/revocation.ts';
import { keys } from '../keys.ts';
import { commitRows } from '../log/commitRows.ts';
import { fromRow } from '../rows.ts';

/** Revocation: what a lost device or a dismissed user calls for. */
export const revokeActions: Actions<typeof revokeContract> = {
  'user.revoke': async (call) => {
    const { runtime, principal } = call;
    const { tenant } = principal;
    const { userId } = call.payload;
    const key = keys.revoked(tenant, userId);
    // A token is good from the leeway before its `iat` on, so one that is in use may be dated so far ahead.
    const latest = runtime.clock.now() + runtime.settings.tokens.leewaySeconds * 1000;
    const answer = await commitRows(runtime, call, {
      rows: [key],
      decide: ([before]) => {
        // Two clocks may differ; what one has made void, the other must not make good again.
        const revokedAt = Math.max(latest, before ? fromRow<RevokedRow>(before).at : 0);
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
