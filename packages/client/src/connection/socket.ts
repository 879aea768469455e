import type { Answer, Payload, ServerFrame } from '@tidings/protocol';
import { goodbyeMs, usualMaxBytes } from '../base/bounds.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { bytesOf } from '../base/frameSize.ts';
import {
  type Disconnect,
  type Frame,
  isNumber,
  listOf,
  readDisconnect,
  readFrame,
  unpacked,
} from '../base/incoming.ts';
import { type TidingsError, toError } from '../base/tidingsError.ts';
import {
  type FailureEvent,
  failureOf,
  type WebSocketConstructor,
  type WebSocketLike,
} from './webSocketLike.ts';

export type HelloPayload = Payload<'hello'>;
/** What `hello` was answered, and when by the server's own clock. */
export type HelloAnswer = Answer<'hello'> & { readonly serverNow: number | undefined };

/** How a socket ended. */
export interface SocketEnd {
  readonly reason: string;
  readonly cause?: unknown;
  /** It never opened. */
  readonly isRefused?: boolean;
  /** Another attempt would end no better. */
  readonly isFinal?: boolean;
  /** The server announced it. */
  readonly disconnect?: Disconnect;
  /** The server did not take our `hello`, or knows us no more. */
  readonly error?: TidingsError | undefined;
}

/** One WebSocket, from its opening to its one end. */
export interface Socket {
  /** What it asked for in its `hello`. */
  readonly asked: HelloPayload;
  /** To be used once it is ready. */
  send(text: string): void;
  /** Ends it from this side, and tells nobody. */
  close(): void;
  /** Ends it as if the network had. `error`: what the server said that is at fault. */
  fail(reason: string, error?: TidingsError): void;
}

export interface SocketOptions {
  readonly clock: Clock;
  readonly WebSocket: WebSocketConstructor;
  readonly url: string;
  readonly token: string;
  /** The feeds that somebody listens to: nothing of the others is to be sent. */
  feeds(): readonly string[];
  /** What to ask for: positions are read when the socket is open, not before. */
  hello(): HelloPayload;
  newRef(): string;
  onReady(socket: Socket, answer: HelloAnswer): void;
  onFrame(frame: ServerFrame, socket: Socket): void;
  /** API Gateway's own frame, which has no type: a function died over one of our requests. */
  onCrash(socket: Socket): void;
  onEnd(socket: Socket, end: SocketEnd): void;
}

/** What `subs` can be at fault for; without them the connection may still be had. */
const tooMuchAsked = /^(bad_request|validation_failed|limit_exceeded|payload_too_large)$/;
/** Where nothing says why a socket could not be opened. */
export const unexplained =
  'no server, or it refuses the token (401), the user or Origin (403), or one more (429)';

/** Opens a WebSocket and says hello. */
export function openSocket(options: SocketOptions): Socket {
  let stage: 'connecting' | 'greeting' | 'ready' | 'ended' = 'connecting';
  let webSocket: WebSocketLike | undefined;
  let helloRef = '';
  let leaving: Timer | undefined;
  /** What a WebSocket says of its failure, where it says anything. */
  let failure: string | undefined;
  const named = String(options.feeds());
  const socket = {
    asked: {} as HelloPayload,
    send: (text: string) => webSocket?.send(text),
    close,
    fail: (reason: string, error?: TidingsError) => end({ reason, error }),
  };

  function close() {
    stage = 'ended';
    webSocket?.close(1000);
    // On a line that has gone silent `ws` would keep Node alive for 30 s.
    if (webSocket?.terminate) leaving ??= options.clock.setTimeout(() => webSocket?.terminate?.(), goodbyeMs);
  }

  function end(how: SocketEnd) {
    if (stage === 'ended') return;
    close();
    options.onEnd(socket, how);
  }

  function greet(payload: HelloPayload) {
    stage = 'greeting';
    socket.asked = payload;
    helloRef = options.newRef();
    const text = JSON.stringify({ action: 'hello', ref: helloRef, payload });
    if (payload.subs && bytesOf(text) > usualMaxBytes) greetBare();
    else socket.send(text);
  }

  /** Topics that `hello` cannot be sent or had with are asked for by themselves. */
  function greetBare() {
    const { subs: _, feeds: __, ...bare } = socket.asked;
    greet(bare);
  }

  function opened() {
    const feeds = options.feeds() as string[];
    if (stage === 'connecting') greet({ ...options.hello(), ...(`${feeds}` !== named && { feeds }) });
  }

  function greeted({ type, payload, ts }: Frame) {
    if (type === 'ack') {
      const { expiresAt, rotateAfterMs, heartbeatMs, limits, subs } = payload;
      // Without these times nobody could tell when to ping, to renew and to leave: it is not one of our servers.
      if (![expiresAt, rotateAfterMs, heartbeatMs].every(isNumber)) return socket.fail('hello failed');
      stage = 'ready';
      const answer = { ...payload, limits: Object(limits), subs: listOf(subs), serverNow: ts };
      return options.onReady(socket, answer as object as HelloAnswer);
    }
    const error = toError(payload);
    if (socket.asked.subs && tooMuchAsked.test(error.code)) return greetBare();
    end({ reason: error.message, error });
  }

  function receive(frame: Frame | undefined) {
    if (stage === 'ended' || !frame) return;
    if (frame.type === 'batch') return unpacked(frame.payload).forEach(receive);
    if (frame.type === 'disconnect') {
      const disconnect = readDisconnect(frame.payload);
      return end({ reason: disconnect.reason, disconnect });
    }
    if (stage === 'greeting' && frame.ref === helloRef) return greeted(frame);
    if (frame.type !== undefined) return options.onFrame(frame as ServerFrame, socket);
    if (stage === 'ready') options.onCrash(socket);
    else socket.fail('hello failed');
  }

  function closed({ code }: { code: number }) {
    leaving?.cancel();
    const isRefused = stage === 'connecting';
    const why = failure ?? (isRefused && unexplained);
    end({ reason: `closed with ${code}${why ? `: ${why}` : ''}`, isRefused });
  }

  try {
    const { url, token } = options;
    const address = `${url}${url.includes('?') ? '&' : '?'}feeds=${named}&features=batch`;
    webSocket = new options.WebSocket(address, ['tidings.v1', `bearer.${token}`]);
    webSocket.onopen = opened;
    webSocket.onmessage = (event: { data: unknown }) => receive(readFrame(event.data));
    webSocket.onerror = (event: FailureEvent | undefined) => {
      failure = failureOf(event, options.token);
      // Node's own class closes nothing that it could not open: https://github.com/nodejs/undici/issues/3546
      if (stage === 'connecting') closed({ code: 1006 });
    };
    webSocket.onclose = closed;
  } catch (error) {
    // Such as a page with TLS and an address without. Its text is not repeated: it may hold the token.
    const reason = `no WebSocket to this url: ${(error as Error).name}`;
    options.clock.setTimeout(() => end({ reason, isFinal: true }), 0);
  }
  return socket;
}
