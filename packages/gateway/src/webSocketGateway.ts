import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type {
  AuthorizeManagement,
  ManagementAnswer,
  OnError,
  OnHandshake,
  ReadRequest,
  WebSocketApi,
} from './api/api.ts';
import { checkOptions } from './api/checkOptions.ts';
import { compileApi } from './api/compiledApi.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Upgrades } from './handshake/handshake.ts';
import { handshake } from './handshake/handshake.ts';
import { manage, manageRead } from './http/manage.ts';
import type { Quotas } from './quotas.ts';
import { awsQuotas } from './quotas.ts';
import type { RunningStage } from './runningStage.ts';
import { background } from './runningStage.ts';
import { closures } from './socket/closure.ts';
import { cut } from './socket/cut.ts';
import { StageSocket } from './socket/stageSocket.ts';
import { tokenBucket } from './tokenBucket.ts';
import type { Unknowns } from './unknowns.ts';
import { likelyUnknowns } from './unknowns.ts';

export interface WebSocketGatewayOptions {
  /** @default systemClock */
  clock?: Clock;
  /** @default none */
  faults?: Faults;
  /** @default awsQuotas */
  quotas?: Partial<Quotas>;
  /** @default likelyUnknowns */
  unknowns?: Partial<Unknowns>;
  /** @default nobody is told */
  onError?: OnError;
  /** @default nobody is told */
  onHandshake?: OnHandshake;
  /** Who may use `@connections`: verifies signatures, judges by policies. @default whoever sends an Authorization header */
  authorizeManagement?: AuthorizeManagement;
  /** How long `close` waits for invocations and closing handshakes, in real milliseconds. @default 2_000 */
  closeWaitMs?: number;
}

export interface WebSocketGateway {
  /** Takes over a WebSocket handshake on `/{stage}`; mount it on any http server with `onWebSocketUpgrade`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Serves `/{stage}/@connections/{id}`, and a plain request to `/{stage}`; resolves once answered. Resolves to
   * false, having touched nothing, when the path is not its own.
   */
  manage(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /**
   * The same for a request that something else than a server of Node's has read, or that never was on a line. `respond` is
   * called once, when this turn of the event loop ends or later; never where it returns false.
   */
  manageRead(request: ReadRequest, respond: (answer: ManagementAnswer) => void): boolean;
  /**
   * Takes new routes and integrations for later events; open connections stay.
   *
   * @throws as `createWebSocketGateway`; the former API then stays
   */
  replaceApi(api: WebSocketApi): void;
  openConnections(): number;
  /** The ids of those that are open. */
  connectionIds(): Iterable<string>;
  /** Posts accepted to @connections since start. */
  postCount(): number;
  /** Text messages of clients, and those that were sent to them, since start. */
  messageCounts(): { readonly received: number; readonly sent: number };
  /**
   * Cuts the line of a connection, or of all of them, without a close frame, as a network does that fails:
   * `$disconnect` is told 1006.
   *
   * @returns how many were cut
   */
  cut(connectionId?: string): number;
  /**
   * Closes every socket with 1001 and runs no `$disconnect` for them; waits for invocations under way, but no longer
   * than `closeWaitMs`.
   */
  close(): Promise<void>;
}

function runStage(api: WebSocketApi, options: WebSocketGatewayOptions): RunningStage {
  checkOptions(options);
  const clock = options.clock ?? systemClock;
  const quotas = { ...awsQuotas, ...options.quotas };
  const unknowns = { ...likelyUnknowns, ...options.unknowns };
  return {
    compiled: compileApi(api, { clock, quotas, unknowns }),
    clock,
    quotas,
    unknowns,
    faults: options.faults ?? {},
    onError: options.onError ?? (() => undefined),
    onHandshake: options.onHandshake ?? (() => undefined),
    authorizeManagement: options.authorizeManagement ?? (() => undefined),
    connections: new Map(),
    takeRequest: tokenBucket(quotas.requestsPerSecond, quotas.requestBurst, clock),
    takeConnect: tokenBucket(quotas.connectsPerSecond, quotas.connectsPerSecond, clock),
    underWay: new Set(),
    cancelAtClose: new Set(),
    closed: false,
    posts: 0,
    received: 0,
    sent: 0,
  };
}

function serveUpgrades(stage: RunningStage, upgrades: Upgrades): WebSocketServer {
  const server = new WebSocketServer({
    noServer: true,
    autoPong: stage.unknowns.pongs,
    maxPayload: stage.quotas.messageBytes,
    perMessageDeflate: false,
    WebSocket: StageSocket,
    handleProtocols: (_offered, request) => upgrades.get(request)?.protocol ?? false,
  });
  server.on('headers', (headers, request) => headers.push(...(upgrades.get(request)?.headers ?? [])));
  return server;
}

/** Resolves when all work is done, or when the wait is over; real time, since a test's clock may stand still. */
function settled(work: Iterable<Promise<void>>, atMostMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, atMostMs);
    Promise.allSettled(work)
      .then(() => clearTimeout(timer))
      .then(resolve, resolve);
  });
}

async function closeStage(stage: RunningStage, server: WebSocketServer, waitMs: number): Promise<void> {
  stage.closed = true;
  for (const cancel of stage.cancelAtClose) cancel();
  for (const connection of stage.connections.values()) connection.finish(closures.goingAway);
  const sockets = [...server.clients].map(
    (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
  );
  await settled([...stage.underWay, ...sockets], waitMs);
  for (const socket of server.clients) socket.terminate();
}

/**
 * Amazon API Gateway for one WebSocket API, without a server of its own: mount `upgrade` and `manage` on one.
 *
 * @throws where AWS would not deploy the API, where it asks for something that is not done here, and where an option
 * is not known; names it
 */
export function createWebSocketGateway(
  api: WebSocketApi,
  options: WebSocketGatewayOptions = {},
): WebSocketGateway {
  const stage = runStage(api, options);
  const upgrades: Upgrades = new WeakMap();
  const server = serveUpgrades(stage, upgrades);
  return {
    upgrade(request, socket, head) {
      background(stage, 'a handshake', async () => {
        try {
          await handshake(stage, server, upgrades, request, socket, head);
        } catch (cause) {
          socket.destroy();
          throw cause;
        }
      });
    },
    manage: (request, response) => manage(stage, request, response),
    manageRead: (request, respond) => manageRead(stage, request, respond),
    replaceApi(next) {
      stage.compiled = compileApi(next, stage);
    },
    openConnections: () => stage.connections.size,
    connectionIds: () => stage.connections.keys(),
    postCount: () => stage.posts,
    messageCounts: () => ({ received: stage.received, sent: stage.sent }),
    cut: (connectionId) => cut(stage, connectionId),
    close: () => closeStage(stage, server, options.closeWaitMs ?? 2_000),
  };
}
