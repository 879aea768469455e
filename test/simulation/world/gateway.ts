import type { FaultPlan } from '../../../adapters/faulty/plan.ts';
import { authorizeHandshake } from '../../../core/api/authorize.ts';
import { handleHttp } from '../../../core/api/http.ts';
import { handleFrame } from '../../../core/api/router.ts';
import { choiceOf } from '../../../core/connections/choice.ts';
import { connect } from '../../../core/connections/connect.ts';
import { endConnection } from '../../../core/connections/endConnection.ts';
import type { Random, Sockets } from '../../../core/ports.ts';
import type { Journal } from '../journal.ts';
import type { Functions } from './functions.ts';
import type { Scheduler } from './scheduler.ts';

/** What a device hears of its socket. */
interface Ears {
  onOpen(connectionId: string): void;
  onRefused(status: number): void;
  onFrame(text: string): void;
  onClose(): void;
}

/** A device's end of a socket. */
export interface Line {
  send(text: string, ref: string): void;
  /** `silent`: the network is gone, and the gateway does not know. */
  leave(how: 'closed' | 'killed' | 'silent'): void;
}

/** Who is at the other end, for the journal: `iat` is when the token was issued. */
interface Caller {
  readonly device: string;
  readonly tenant: string;
  readonly user: string;
  readonly iat: number;
}

export interface Gateway {
  /** @param query what the address says of feeds and features. */
  dial(who: Caller, token: string, ears: Ears, query?: string): Line;
  /** One request of the HTTP API. @returns the answer's frame, or nothing when none came. */
  request(token: string, action: string, frame: { readonly ref?: string }): Promise<object | undefined>;
  /** All sockets die at once, and nobody is told of most of them. */
  killAll(): void;
}

interface Socket {
  readonly connectionId: string;
  readonly ears: Ears;
  state: 'opening' | 'open' | 'closed';
  /** Whether the device still hears and speaks. */
  heard: boolean;
  lastFrameMs: number;
}

export interface GatewayParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
  readonly plan: FaultPlan;
  /** The functions need the sockets, and the other way round. */
  readonly functions: () => Functions;
}

const ping = '{"action":"ping"}';
const idleMs = 10 * 60_000;
const integrationMs = 29_000;

/** API Gateway, as far as it can hurt: no order of posts, `$disconnect` by best effort, 410 inside the handshake. */
export function simulatedGateway(parts: GatewayParts): { gateway: Gateway; sockets: Sockets } {
  const { scheduler, random, journal, plan } = parts;
  const sockets = new Map<string, Socket>();
  let requests = 0;
  const travel = (max = 80) => random.fraction() * max;
  const invoke: Functions['invoke'] = (...args) => parts.functions().invoke(...args);

  const runDisconnect = (connectionId: string) => {
    const run = () =>
      void invoke(
        'disconnect',
        (runtime) => endConnection(runtime, connectionId, { socket: 'gone', force: true }),
        {
          conn: connectionId,
        },
      );
    const fault = plan.next('disconnect', connectionId);
    if (fault === 'lost') return;
    scheduler.after(fault === 'late' ? random.fraction() * 30 * 60_000 : travel(), run);
    if (fault === 'double') scheduler.after(travel(5000), run);
  };

  const end = (socket: Socket, tell: boolean) => {
    if (socket.state === 'closed') return;
    const wasOpen = socket.state === 'open';
    socket.state = 'closed';
    sockets.delete(socket.connectionId);
    if (wasOpen) {
      journal.note('down', { conn: socket.connectionId });
      runDisconnect(socket.connectionId);
    }
    if (tell) scheduler.after(travel(), () => hear(socket, () => socket.ears.onClose()));
  };

  const hear = (socket: Socket, what: () => void) => {
    if (socket.heard) what();
  };

  const arrive = (socket: Socket, text: string) =>
    scheduler.after(1 + travel(150), () => hear(socket, () => socket.ears.onFrame(text)));

  const watchIdle = (socket: Socket) => {
    scheduler.after(socket.lastFrameMs + idleMs - scheduler.now(), () => {
      if (socket.state !== 'open') return;
      if (scheduler.now() - socket.lastFrameMs >= idleMs) end(socket, true);
      else watchIdle(socket);
    });
  };

  /** Runs the authorizer and `$connect`. @returns the status of the handshake. */
  const handshake = async (socket: Socket, token: string, query: string): Promise<number> => {
    const { connectionId } = socket;
    const headers = { 'sec-websocket-protocol': `tidings.v1, bearer.${token}` };
    const authorized = await invoke('authorize', (runtime) =>
      authorizeHandshake(runtime, { headers, query: {} }),
    );
    if (!('value' in authorized)) return 500;
    if ('refused' in authorized.value) return authorized.value.refused;
    const fault = plan.next('connect', connectionId);
    if (fault === 'error') return 500;
    if (fault === 'early') {
      scheduler.after(travel(60), () => {
        end(socket, true);
        runDisconnect(connectionId);
      });
    }
    const { principal } = authorized.value;
    const choice = choiceOf(Object.fromEntries(new URLSearchParams(query)));
    const connected = await invoke(
      'connect',
      (runtime) => connect(runtime, connectionId, principal, choice),
      {
        conn: connectionId,
      },
    );
    if (fault === 'slow') {
      const lateMs = random.fraction() * 40_000;
      await scheduler.wait(Math.min(lateMs, integrationMs));
      if (lateMs > integrationMs) return 504;
    }
    if (!('value' in connected)) return 500;
    return 'refused' in connected.value ? connected.value.refused : 200;
  };

  const open = async (socket: Socket, who: Caller, token: string, query: string) => {
    await scheduler.wait(travel());
    const began = scheduler.now();
    const status = await handshake(socket, token, query);
    if (socket.state === 'closed') return;
    if (status !== 200) {
      socket.state = 'closed';
      journal.note('refused', { ...who, conn: socket.connectionId, status });
      scheduler.after(travel(), () => hear(socket, () => socket.ears.onRefused(status)));
      return;
    }
    socket.state = 'open';
    socket.lastFrameMs = scheduler.now();
    sockets.set(socket.connectionId, socket);
    const namesFeeds = new URLSearchParams(query).has('feeds');
    journal.note('up', { ...who, began, conn: socket.connectionId, ...(namesFeeds && { namesFeeds }) });
    watchIdle(socket);
    scheduler.after(travel(20), () => hear(socket, () => socket.ears.onOpen(socket.connectionId)));
  };

  const receive = async (socket: Socket, text: string, ref: string) => {
    if (socket.state !== 'open') return;
    socket.lastFrameMs = scheduler.now();
    // No function runs for it: the route has a mock integration.
    if (text === ping) return arrive(socket, JSON.stringify({ type: 'pong', ts: scheduler.now() }));
    const { connectionId } = socket;
    const requestId = `request-${requests++}`;
    const incoming = { connectionId, requestId, body: text, receivedAt: scheduler.now() };
    const ended = await invoke('message', (runtime) => handleFrame(runtime, incoming), {
      conn: connectionId,
      ref,
      requestId,
    });
    if (socket.state !== 'open') return;
    const broken = { message: 'Internal server error', connectionId, requestId };
    arrive(socket, JSON.stringify('value' in ended ? ended.value : broken));
  };

  return {
    gateway: {
      dial(who, token, ears, query = '') {
        const socket: Socket = {
          connectionId: `${who.device}-${random.id().slice(0, 8)}=`,
          ears,
          state: 'opening',
          heard: true,
          lastFrameMs: 0,
        };
        void open(socket, who, token, query);
        return {
          send(text, ref) {
            if (socket.heard) scheduler.after(1 + travel(), () => void receive(socket, text, ref));
          },
          leave(how) {
            socket.heard = false;
            if (how !== 'silent')
              scheduler.after(how === 'closed' ? travel() : travel(20_000), () => end(socket, false));
          },
        };
      },
      async request(token, action, frame) {
        const requestId = `request-${requests++}`;
        await scheduler.wait(travel());
        const incoming = {
          ...{
            method: 'POST',
            path: action === 'tickets' ? '/tickets' : `/actions/${action}`,
            action,
            requestId,
          },
          receivedAt: scheduler.now(),
          authorization: `Bearer ${token}`,
          body: JSON.stringify(frame),
        };
        const { ref } = frame;
        const ended = await invoke('http', (runtime) => handleHttp(runtime, incoming), { ref, requestId });
        await scheduler.wait(travel());
        return 'value' in ended ? ended.value.answer : undefined;
      },
      killAll() {
        for (const socket of [...sockets.values()]) {
          socket.heard = false;
          if (random.fraction() < 0.3) end(socket, false);
          else {
            socket.state = 'closed';
            sockets.delete(socket.connectionId);
            journal.note('down', { conn: socket.connectionId });
          }
        }
      },
    },
    sockets: {
      async post(connectionId, frame) {
        const socket = sockets.get(connectionId);
        if (!socket) return 'gone';
        arrive(socket, frame);
        return 'delivered';
      },
      async close(connectionId) {
        const socket = sockets.get(connectionId);
        if (!socket) return 'gone';
        end(socket, true);
        return 'closed';
      },
      probe: async (connectionId) => (sockets.has(connectionId) ? 'open' : 'gone'),
    },
  };
}
