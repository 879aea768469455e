import { ProtocolError } from '@tidings/protocol';
import type { engagementSettings } from './settings.ts';

type Limits = ReturnType<typeof engagementSettings.in>['limits'];

/** The client's engagement, as entered by the provider's staff. */
export interface Engagement {
  readonly status: string | null;
  readonly score: number | null;
  readonly note: string | null;
  readonly updatedAt: number | null;
  readonly version: number;
}

/** The state in the head of a `client:<id>` topic. */
export interface ClientState {
  readonly engagement: Engagement;
  /** How often each kind of interaction was recorded. */
  readonly totals: Readonly<Record<string, number>>;
  /**
   * The kinds that a client's user was the first to record. Their number is limited, so that staff can add
   * others.
   */
  readonly openedByClient?: readonly string[];
}

export const noEngagement: ClientState = {
  engagement: { status: null, score: null, note: null, updatedAt: null, version: 0 },
  totals: {},
};

export function clientSnapshot(state: ClientState, clientId: string): object {
  return { clientId, engagement: state.engagement, totals: state.totals };
}

/** How often a kind was recorded, if at all. `kind` is any word, also `constructor`. */
function ownTotal({ totals }: ClientState, kind: string): number | undefined {
  return Object.hasOwn(totals, kind) ? totals[kind] : undefined;
}

interface Recorded {
  readonly kind: string;
  readonly by: number;
  readonly byClientUser: boolean;
}

/**
 * The state after an interaction.
 *
 * @throws ProtocolError `limit_exceeded`: there is no room for one more kind.
 */
export function withInteraction(
  state: ClientState,
  { kind, by, byClientUser }: Recorded,
  { kindsPerClient, clientKindsPerClient }: Pick<Limits, 'kindsPerClient' | 'clientKindsPerClient'>,
): { total: number; state: ClientState } {
  const before = ownTotal(state, kind);
  const total = (before ?? 0) + by;
  const totals = { ...state.totals, [kind]: total };
  if (before !== undefined) return { total, state: { ...state, totals } };
  // All totals are in the head, which every commit writes whole, so it must stay small.
  if (Object.keys(totals).length > kindsPerClient) {
    throw new ProtocolError('limit_exceeded', `a client has at most ${kindsPerClient} kinds of interaction`);
  }
  if (!byClientUser) return { total, state: { ...state, totals } };
  const openedByClient = [...(state.openedByClient ?? []), kind];
  if (openedByClient.length > clientKindsPerClient) {
    const maxKinds = `${clientKindsPerClient} kinds of interaction`;
    throw new ProtocolError('limit_exceeded', `a client’s users open at most ${maxKinds}`);
  }
  return { total, state: { ...state, totals, openedByClient } };
}

/** The state without a kind; `undefined` if the kind was never recorded. */
export function withoutKind(state: ClientState, kind: string): ClientState | undefined {
  if (ownTotal(state, kind) === undefined) return undefined;
  const { [kind]: _, ...totals } = state.totals;
  const openedByClient = (state.openedByClient ?? []).filter((one) => one !== kind);
  return { ...state, totals, openedByClient };
}
