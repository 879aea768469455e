import type { statsContract } from '@tidings/protocol';
import type { Actions } from '../call.ts';
import { subscribers } from '../delivery/audience.ts';

/** Counted on each call, from the tenant's feed: each open connection is in it once. */
export const statsActions: Actions<typeof statsContract> = {
  stats: async (call) => {
    const users = new Set<string>();
    const byRole: Record<string, number> = {};
    let connections = 0;
    for await (const { userId, roles } of subscribers(call.runtime, call.principal.tenant, {
      kind: 'tenant',
    })) {
      connections++;
      users.add(userId);
      for (const role of roles) byRole[role] = (byRole[role] ?? 0) + 1;
    }
    return { connections, users: users.size, byRole };
  },
};
