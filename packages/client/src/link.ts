import type { Answer, DisconnectPayload, ErrorPayload, Payload, ServerFrame } from '@tidings/protocol';
import { type TidingsError, toError } from './tidingsError.ts';
import type { WebSocketConstructor, WebSocketLike } from './webSocketLike.ts';

export type HelloPayload = Payload<'hello'>;
/** What `hello` was answered, and when by the server's own clock. */
export type HelloAnswer = Answer<'hello'> & { readonly serverNow: number | undefined };

/** How a link ended. */
export interface LinkEnd {
  readonly reason: string;
  /** It never opened. */
  readonly isRefused?: boolean;
  /** The server announced it. */
  readonly disconnect?: DisconnectPayload;
  /** The server did not take our `hello`. */
  readonly error?: TidingsError;
}

/** One WebSocket, from its opening to its one end. */
export interface Link {
  /** What it asked for in its `hello`. */
  readonly asked: HelloPayload;
  /** To be used once it is ready. */
  send(text: string): void;
  /** Ends it from this side, and tells nobody. */
  close(): void;
  /** Ends it as if the network had. */
  fail(reason: string): void;
}

export interface LinkOptions {
  readonly webSocket: WebSocketConstructor;
  readonly url: string;
  readonly token: string;
  /** What to ask for: positions are read when the socket is open, not before. */
  hello(): HelloPayload;
  newRef(): string;
  onReady(link: Link, answer: HelloAnswer): void;
  onFrame(frame: ServerFrame, link: Link): void;
  /** API Gateway's own frame, which has no type: a function died over one of our requests. */
  onCrash(link: Link): void;
  onEnd(link: Link, end: LinkEnd): void;
}

/** What `subs` can be at fault for; without them the connection may still be had. */
const tooMuchAsked = /^(validation_failed|limit_exceeded|payload_too_large)$/;
const normalClosure = 1000;

/** Opens a WebSocket and says hello. */
export function openLink(options: LinkOptions): Link {
  let stage: 'connecting' | 'greeting' | 'ready' | 'ended' = 'connecting';
  let socket: WebSocketLike | undefined;
  let helloRef = '';
  const link = {
    asked: {} as HelloPayload,
    send: (text: string) => socket?.send(text),
    close,
    fail: (reason: string) => end({ reason, isRefused: stage === 'connecting' }),
  };

  function close() {
    stage = 'ended';
    socket?.close(normalClosure);
  }

  function end(how: LinkEnd) {
    if (stage === 'ended') return;
    close();
    options.onEnd(link, how);
  }

  function greet(payload: HelloPayload) {
    stage = 'greeting';
    link.asked = payload;
    helloRef = options.newRef();
    link.send(JSON.stringify({ action: 'hello', ref: helloRef, payload }));
  }

  function greeted(frame: Partial<ServerFrame>) {
    if (frame.type === 'ack') {
      stage = 'ready';
      options.onReady(link, { ...(frame.payload as HelloAnswer), serverNow: frame.ts });
      return;
    }
    const error = toError(frame.payload as ErrorPayload);
    const { subs, ...bare } = link.asked;
    if (subs && tooMuchAsked.test(error.code)) {
      return greet(bare);
    }
    end({ reason: error.message, error });
  }

  function receive(data: unknown) {
    const frame = parse(data);
    if (stage === 'ended' || !frame) return;
    if (frame.type === 'disconnect') {
      const disconnect = frame.payload as DisconnectPayload;
      return end({ reason: disconnect.reason, disconnect });
    }
    if (stage === 'greeting' && frame.ref === helloRef) return greeted(frame);
    if (frame.type !== undefined) return options.onFrame(frame as ServerFrame, link);
    if (stage === 'ready') options.onCrash(link);
    else link.fail('hello failed');
  }

  try {
    socket = new options.webSocket(options.url, ['tidings.v1', `bearer.${options.token}`]);
    socket.onopen = () => stage === 'connecting' && greet(options.hello());
    socket.onmessage = (event: { data: unknown }) => receive(event.data);
    // What failed is told by the close that follows; `ws` throws an error that nobody listens to.
    socket.onerror = () => {};
    socket.onclose = ({ code }: { code: number }) => link.fail(`closed with ${code}`);
  } catch (error) {
    // An address or token that a WebSocket does not take. Its text is not repeated: it may hold the token.
    queueMicrotask(() => link.fail(`no WebSocket: ${(error as Error).name}`));
  }
  return link;
}

function parse(data: unknown): Partial<ServerFrame> | undefined {
  try {
    const value = JSON.parse(String(data)) as Partial<ServerFrame>;
    return Object(value) === value ? value : undefined;
  } catch {
    return undefined;
  }
}
