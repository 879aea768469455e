/**
 * What the client uses of a WebSocket. Browsers, Node 22 and the `ws` package have it; their event types
 * differ, so the handlers are typed where they are set.
 */
export interface WebSocketLike {
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(text: string): void;
  close(code?: number): void;
}

/** A class to connect with. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;
