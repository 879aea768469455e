/** How it stands with a client: what the provider's staff enters. */
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
}

export const noEngagement: ClientState = {
  engagement: { status: null, score: null, note: null, updatedAt: null, version: 0 },
  totals: {},
};

export function clientSnapshot(state: ClientState, clientId: string): object {
  return { clientId, engagement: state.engagement, totals: state.totals };
}
