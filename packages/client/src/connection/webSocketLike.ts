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
  /** Ends it without waiting for the other end, where a class has that. */
  terminate?(): void;
}

/** A class to connect with. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** What comes with an `error`, where anything does. */
export interface FailureEvent {
  readonly message?: string;
  readonly error?: { readonly code?: string };
}

/**
 * What a WebSocket says of its failure. `ws` tells what a handshake was answered or what the network said, Node's
 * own class only that it failed, and a browser nothing: no page is to learn of what it may not read.
 *
 * @param token what is not to be repeated.
 */
export function failureOf(event: FailureEvent | undefined, token: string): string | undefined {
  const text = event?.message || event?.error?.code;
  return text && !/non-101/.test(text) ? text.replaceAll(token, '…') : undefined;
}
