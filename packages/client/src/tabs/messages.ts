/** From a tab to the hub. */
export type ToHub =
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

/** From the hub to the virtual sockets that it names. */
export type ToSockets =
  | { readonly kind: 'taken' | 'opened' }
  | { readonly kind: 'frame'; readonly text: string }
  | { readonly kind: 'ended'; readonly code: number; readonly failure?: string | undefined };

/** From the hub to all tabs. `here`: it has just become the hub. `alive`: the answer to a probe. */
export type FromHub = { readonly hub: string } & (
  | { readonly kind: 'here' | 'alive' }
  | (ToSockets & { readonly to: readonly string[] })
);

// Tabs that were opened before a release run the old program: with another number they do not meet.
const version = 1;

/** The names by which tabs of one origin find each other. */
export const names = {
  toHub: `tidings-tabs-${version}-to-hub`,
  fromHub: `tidings-tabs-${version}-from-hub`,
  hubLock: `tidings-tabs-${version}-hub`,
  tabLock: (tab: string) => `tidings-tabs-${version}-tab-${tab}`,
};
