import type { WebSocketLike } from '../connection/webSocketLike.ts';
import type { ToSockets } from './messages.ts';

export interface VirtualSocketOptions {
  /** Asks the leader for a place on a real socket. */
  ask(): void;
  send(text: string): void;
  /** It is over, by whomever. */
  onClose(): void;
}

/** What a client takes for a WebSocket, and the tab's side of it. */
export interface VirtualSocket {
  readonly face: WebSocketLike;
  ask(): void;
  receive(message: ToSockets & { readonly leader: string }): void;
  /** Another tab has become the leader: it knows nothing of the sockets of the last one. */
  leaderIs(leader: string): void;
  end(code: number, failure?: string): void;
}

const normalClosure = 1000;
const goingAway = 1001;

export function createVirtualSocket({ ask, send, onClose }: VirtualSocketOptions): VirtualSocket {
  let state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** The leader that has taken it. */
  let taker: string | undefined;

  const face: WebSocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send(text) {
      if (state === 'connecting') throw new Error('the socket is not open yet');
      if (state === 'open') send(text);
    },
    close(code = normalClosure) {
      if (over()) queueMicrotask(() => call(face.onclose, { code }));
    },
  };

  /** @returns whether it was not over before. */
  function over(): boolean {
    if (state === 'closed') return false;
    state = 'closed';
    onClose();
    return true;
  }

  function end(code: number, failure?: string) {
    if (!over()) return;
    if (failure !== undefined) call(face.onerror, { message: failure });
    call(face.onclose, { code });
  }

  return {
    face,
    ask,
    receive(message) {
      if (message.kind === 'taken') taker ??= message.leader;
      if (message.leader !== taker) return;
      if (message.kind === 'opened' && state === 'connecting') {
        state = 'open';
        call(face.onopen, {});
      } else if (message.kind === 'frame' && state === 'open') call(face.onmessage, { data: message.text });
      else if (message.kind === 'ended') end(message.code, message.failure);
    },
    leaderIs(leader) {
      if (taker === undefined) ask();
      else if (taker !== leader) end(goingAway);
    },
    end,
  };
}

function call(handler: unknown, event: object) {
  if (typeof handler === 'function') handler(event);
}
