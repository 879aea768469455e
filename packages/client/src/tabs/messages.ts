/** From a tab to the leader. */
export type ToLeader =
  | {
      readonly kind: 'open';
      readonly tab: string;
      readonly socket: string;
      readonly url: string;
      readonly protocols: readonly string[];
    }
  | { readonly kind: 'send'; readonly socket: string; readonly text: string }
  | { readonly kind: 'close'; readonly socket: string }
  | { readonly kind: 'probe' };

/** From the leader to the virtual sockets that it names. */
export type ToSockets =
  | { readonly kind: 'taken' | 'opened' }
  | { readonly kind: 'frame'; readonly text: string }
  | { readonly kind: 'ended'; readonly code: number; readonly failure?: string | undefined };

/** From the leader to all tabs. `here`: it has just become the leader. `alive`: the answer to a probe. */
export type FromLeader = { readonly leader: string } & (
  | { readonly kind: 'here' | 'alive' }
  | (ToSockets & { readonly to: readonly string[] })
);

// Tabs that were opened before a release run the old program: with another number they do not meet.
const version = 3;

/** The names by which tabs of one origin find each other. */
export const names = {
  toLeader: `tidings-tabs-${version}-to-leader`,
  fromLeader: `tidings-tabs-${version}-from-leader`,
  leaderLock: `tidings-tabs-${version}-leader`,
  tabLock: (tab: string) => `tidings-tabs-${version}-tab-${tab}`,
};
