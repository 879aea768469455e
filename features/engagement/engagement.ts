import { ProtocolError } from '@tidings/protocol';
import type { Actions } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import { invalidField } from '../../core/invalidField.ts';
import { readHead } from '../../core/log/topicHead.ts';
import { isClientUser, type Principal } from '../../core/principal.ts';
import { noEngagement, withInteraction, withoutKind } from './clientState.ts';
import { clientTopics, mayFollowClient } from './clientTopics.ts';
import type { engagementContract } from './contract.ts';
import { engagementSettings } from './settings.ts';

/** A provider's clients: their interactions, which are counted, and their engagement. */
export const engagementActions: Actions<typeof engagementContract> = {
  'interaction.record': (call) => {
    const { clientId, kind, by = 1 } = call.payload;
    const { limits } = engagementSettings.in(call.runtime.settings);
    requireClient(call.principal, clientId);
    requireKind(limits.interactionKinds, kind);
    return publish(call, {
      topic: clientTopics.of(clientId),
      decide: (before) => {
        const recorded = { kind, by, byClientUser: isClientUser(call.principal) };
        const { total, state } = withInteraction(before, recorded, limits);
        return {
          event: { type: 'interaction', payload: { clientId, kind, by, total, totals: state.totals } },
          state,
          answer: { total },
        };
      },
    });
  },

  'interaction.forget': (call) => {
    const { clientId, kind } = call.payload;
    return publish(call, {
      topic: clientTopics.of(clientId),
      decide: (before) => {
        const state = withoutKind(before, kind);
        if (!state) throw new ProtocolError('not_found', 'this client has no such kind of interaction');
        return {
          event: { type: 'interaction.forgotten', payload: { clientId, kind, totals: state.totals } },
          state,
          answer: {},
        };
      },
    });
  },

  'engagement.update': (call) => {
    const { clientId, status, score, note } = call.payload;
    return publish(call, {
      topic: clientTopics.of(clientId),
      decide: (state, _rows, updatedAt) => {
        const before = state.engagement;
        const engagement = {
          status: status ?? before.status,
          score: score === undefined ? before.score : Math.round(score * 1e6) / 1e6,
          note: note ?? before.note,
          updatedAt,
          version: before.version + 1,
        };
        return {
          event: { type: 'engagement', payload: { clientId, ...engagement } },
          state: { ...state, engagement },
          answer: { version: engagement.version },
        };
      },
    });
  },

  'engagement.get': async (call) => {
    const { clientId } = call.payload;
    requireClient(call.principal, clientId);
    const { tenant } = call.principal;
    const head = await readHead(call.runtime.table, tenant, clientTopics.of(clientId));
    const { engagement, totals } = head?.state ?? noEngagement;
    return { clientId, ...engagement, totals };
  },
};

/** A stage may list the kinds that there are. */
function requireKind(listed: readonly string[] | undefined, kind: string): void {
  if (!listed || listed.includes(kind)) return;
  throw invalidField('payload.kind', `must be one of ${listed.join(', ')}`);
}

/** A machine may write for every client. A person may write only for a client that it may follow. */
function requireClient(who: Principal, clientId: string): void {
  if (who.roles.includes('service') || mayFollowClient(who, clientId)) return;
  throw new ProtocolError('forbidden', 'this client is not yours');
}
