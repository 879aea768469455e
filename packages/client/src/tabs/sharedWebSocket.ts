import { type Clock, systemClock } from '../base/clock.ts';
import type { ClientFeature } from '../clientFeature.ts';
import type { WebSocketConstructor } from '../connection/webSocketLike.ts';
import { type TabChannelConstructor, type TabLocks, type TabPage, toolsOf } from './browser.ts';
import { claimsOf, defaultPassingClaims } from './claims.ts';
import { joinTabs, type Tab } from './tab.ts';

/** How tabs share. Whatever is given is to be the same in all of them. */
export interface SharedWebSocketOptions {
  /** Claims that may differ between the tokens of two tabs that share a connection. Name only those that give no right. @default iat, exp, nbf, jti, auth_time, event_id, origin_jti, uti */
  readonly passingClaims?: readonly string[];
  /** The client's own `features`. They say which of its events a tab's neighbours are spared too, and which answers join a topic. @default none */
  readonly features?: readonly ClientFeature[];
  /** The real one. @default globalThis.WebSocket */
  readonly WebSocket?: WebSocketConstructor;
  /** @default globalThis.BroadcastChannel */
  readonly BroadcastChannel?: TabChannelConstructor;
  /** @default navigator.locks */
  readonly locks?: TabLocks;
  /** What says when the page is put away. @default globalThis */
  readonly page?: TabPage;
  readonly clock?: Clock;
}

/**
 * A WebSocket class whose sockets are one for all tabs of a browser in which the same user is signed in with
 * the same rights. Where a browser lacks what that takes it is the plain WebSocket.
 *
 * @example
 * const client = createClient({ url, getToken, features, WebSocket: sharedWebSocket({ features }) });
 */
export function sharedWebSocket(options: SharedWebSocketOptions = {}): WebSocketConstructor {
  const Real = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  const tools = toolsOf(options);
  // Where there is no WebSocket at all, a server that renders pages, `createClient` says so if it is used.
  if (!Real || !tools) return Real as WebSocketConstructor;
  const { clock = systemClock, passingClaims = defaultPassingClaims, features = [] } = options;
  let tab: Tab | undefined;
  const join = () =>
    joinTabs({
      ...{ clock, tools, WebSocket: Real, passingClaims, features },
      onLeft() {
        tab = undefined;
      },
    });
  function SharedWebSocket(url: string, protocols: string[]) {
    if (claimsOf(url, protocols, passingClaims) === undefined)
      return new (Real as WebSocketConstructor)(url, protocols);
    tab ??= join();
    return tab.open(url, protocols);
  }
  return SharedWebSocket as unknown as WebSocketConstructor;
}
