/** What is used of a `BroadcastChannel`. */
export interface TabChannel {
  onmessage: unknown;
  postMessage(message: unknown): void;
  close(): void;
}

/** A class of channels: what one object says, every other one of the same name hears, in any tab. */
export type TabChannelConstructor = new (name: string) => TabChannel;

/** What is used of `navigator.locks`. */
export interface TabLocks {
  request(
    name: string,
    options: { readonly steal?: boolean; readonly signal?: AbortSignal },
    held: () => unknown,
  ): Promise<unknown>;
}

/** What is used of `window`: a page says when it is put away. */
export interface TabPage {
  addEventListener(type: string, run: () => void, options: { readonly capture: boolean }): void;
  removeEventListener(type: string, run: () => void, options: { readonly capture: boolean }): void;
}

interface Browser {
  readonly BroadcastChannel?: TabChannelConstructor;
  readonly navigator?: { readonly locks?: TabLocks };
  readonly origin?: string;
  readonly addEventListener?: unknown;
}

/** All that tabs share a socket by. */
export interface TabTools {
  readonly BroadcastChannel: TabChannelConstructor;
  readonly locks: TabLocks;
  readonly page: TabPage | undefined;
}

/** @returns nothing where one of them is missing: in Node, in old browsers, on pages without TLS. */
export function toolsOf(given: Partial<TabTools>): TabTools | undefined {
  const browser = globalThis as Browser;
  // A sandboxed frame has an origin of its own, in which locks exist and are refused.
  const locks = given.locks ?? (browser.origin === 'null' ? undefined : browser.navigator?.locks);
  const BroadcastChannel = given.BroadcastChannel ?? browser.BroadcastChannel;
  const page = given.page ?? (browser.addEventListener ? (browser as unknown as TabPage) : undefined);
  return locks && BroadcastChannel && { locks, BroadcastChannel, page };
}
