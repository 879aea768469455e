import { ProtocolError } from '@tidings/protocol';
import { type Handler, on, publish } from '../../call.ts';
import { readHead } from '../../heads.ts';
import { mayFollowClient, type Principal } from '../../principal.ts';
import { noEngagement } from './clientState.ts';

/** All totals stand in the head, which every commit writes whole: it must stay small. */
const mostKinds = 64;

/** What a provider knows of its clients: interactions that are counted, and where the engagement stands. */
export const engagementHandlers: readonly Handler[] = [
  on('interaction.record', (call) => {
    const { clientId, kind, by = 1 } = call.payload;
    requireClient(call.principal, clientId);
    return publish(call, {
      topic: { kind: 'client', id: clientId },
      decide: (state) => {
        const total = (ownTotal(state.totals, kind) ?? 0) + by;
        const totals = { ...state.totals, [kind]: total };
        if (Object.keys(totals).length > mostKinds) {
          throw new ProtocolError('limit_exceeded', `a client has at most ${mostKinds} kinds of interaction`);
        }
        return {
          event: { type: 'interaction', payload: { clientId, kind, by, total, totals } },
          state: { ...state, totals },
          answer: { total },
        };
      },
    });
  }),

  on('engagement.update', (call) => {
    const { clientId, status, score, note } = call.payload;
    const updatedAt = call.runtime.clock.now();
    return publish(call, {
      topic: { kind: 'client', id: clientId },
      decide: (state) => {
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
  }),

  on('engagement.get', async (call) => {
    const { clientId } = call.payload;
    requireClient(call.principal, clientId);
    const { tenant } = call.principal;
    const head = await readHead(call.runtime.table, tenant, { kind: 'client', id: clientId });
    const { engagement, totals } = head?.state ?? noEngagement;
    return { clientId, ...engagement, totals };
  }),
];

/** `kind` is the client's own word, and `constructor` is a word. */
function ownTotal(totals: Readonly<Record<string, number>>, kind: string): number | undefined {
  return Object.hasOwn(totals, kind) ? totals[kind] : undefined;
}

/** A machine may write for every client; a person only for one that it may follow. */
function requireClient(who: Principal, clientId: string): void {
  if (who.roles.includes('service') || mayFollowClient(who, clientId)) return;
  throw new ProtocolError('forbidden', 'this client is not yours');
}
