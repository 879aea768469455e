import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VirtualClock } from '@tidings/client/testing';
import type {
  AuthorizeManagement,
  Faults,
  HandshakeOutcome,
  Invoke,
  Json,
  Quotas,
  Route,
  Unknowns,
  WebSocketApi,
  WebSocketGateway,
} from '../src/index.ts';
import { createWebSocketGateway, onWebSocketUpgrade } from '../src/index.ts';
import type { Arrivals } from './arrivals.ts';
import { arrivals } from './arrivals.ts';
import { emptyApi } from './emptyApi.ts';
import { rigClock } from './rigClock.ts';
import type { Dial, Refused, SocketClient } from './socketClient.ts';
import { dial } from './socketClient.ts';

/** An event as a function saw it. */
export interface Seen {
  requestContext: Record<string, Json>;
  headers: Record<string, string>;
  body: string;
  [key: string]: unknown;
}

export type Handler = (event: Seen) => unknown;

export interface RigOptions {
  /** Functions by route key; `undefined` removes one of the defaults, which are `$connect`, `$disconnect`, `echo`. */
  functions?: Record<string, Handler | undefined>;
  authorizer?: { run: Handler; identitySources?: string[] };
  /** Further routes, or other ones in place of those above. */
  routes?: Route[];
  api?: Partial<WebSocketApi>;
  quotas?: Partial<Quotas>;
  unknowns?: Partial<Unknowns>;
  faults?: Faults;
  authorizeManagement?: AuthorizeManagement;
  /** @default 0 */
  closeWaitMs?: number;
}

/** A gateway on a real port, with functions whose events are kept. */
export interface Rig {
  gateway: WebSocketGateway;
  clock: VirtualClock;
  origin: string;
  port: number;
  /** What `onError` was told. */
  errors: string[];
  /** What `onHandshake` was told. */
  handshakes: HandshakeOutcome[];
  /** The events that one function has seen; the authorizer's under `authorizer`. */
  seen(name: string): Arrivals<Seen>;
  api: WebSocketApi;
  dial(options?: Dial & { path?: string }): Promise<SocketClient | Refused>;
  /** Opens a connection, and gives its id; throws where it is refused. */
  open(options?: Dial & { path?: string }): Promise<SocketClient & { connectionId: string }>;
  /** The status and body of a refused handshake. */
  refused(options?: Dial & { path?: string }): Promise<Refused>;
}

const ok: Handler = () => ({ statusCode: 200 });
const echo: Handler = ({ body }) => ({ statusCode: 200, body: `echo ${body}` });

/** A policy such as an authorizer returns. */
export function policy(
  effect: string,
  resource: unknown,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const statement = { Action: 'execute-api:Invoke', Effect: effect, Resource: resource };
  return { principalId: 'ada', policyDocument: { Version: '2012-10-17', Statement: [statement] }, ...more };
}

/** An authorizer that lets everybody in. */
export const allow: Handler = ({ methodArn }) => policy('Allow', methodArn);

function buildApi(options: RigOptions, keep: (name: string, handler: Handler) => Invoke): WebSocketApi {
  const functions = { $connect: ok, $disconnect: ok, echo, ...options.functions };
  const { authorizer } = options;
  const request = authorizer && {
    invoke: keep('authorizer', authorizer.run),
    identitySources: authorizer.identitySources ?? [],
  };
  const routes = Object.entries(functions).flatMap(([routeKey, handler]): Route[] => {
    if (!handler) return [];
    const integration = { kind: 'proxy' as const, invoke: keep(routeKey, handler) };
    const withAuthorizer = request && routeKey === '$connect' ? { authorizer: request } : {};
    return [
      {
        routeKey,
        integration,
        routeResponse: !routeKey.startsWith('$') || routeKey === '$default',
        ...withAuthorizer,
      },
    ];
  });
  const others = options.routes ?? [];
  return {
    ...emptyApi,
    routes: [
      ...routes.filter(({ routeKey }) => !others.some((other) => other.routeKey === routeKey)),
      ...others,
    ],
    ...options.api,
  };
}

function mount(gateway: WebSocketGateway): Server {
  const server = createServer((request, response) => {
    gateway.manage(request, response).then(
      (served) => void (served || response.writeHead(404).end('not the gateway')),
      () => response.destroy(),
    );
  });
  onWebSocketUpgrade(server, gateway.upgrade);
  return server;
}

const listening = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** Starts a gateway, runs a test against it, and stops it. */
export async function withRig(options: RigOptions, test: (rig: Rig) => Promise<void>): Promise<void> {
  const clock = rigClock();
  const errors: string[] = [];
  const handshakes: HandshakeOutcome[] = [];
  const seenByName = new Map<string, Arrivals<Seen>>();
  const seen = (name: string): Arrivals<Seen> => {
    const known = seenByName.get(name) ?? arrivals<Seen>();
    seenByName.set(name, known);
    return known;
  };
  const keep =
    (name: string, handler: Handler): Invoke =>
    async (event) => {
      const asSeen = event as unknown as Seen;
      seen(name).push(asSeen);
      return handler(asSeen);
    };
  const api = buildApi(options, keep);
  const { quotas = {}, unknowns = {}, faults = {}, closeWaitMs = 0 } = options;
  const onError = (what: string) => void errors.push(what);
  const onHandshake = (outcome: HandshakeOutcome) => void handshakes.push(outcome);
  const { authorizeManagement } = options;
  const hooks = { onError, onHandshake, ...(authorizeManagement ? { authorizeManagement } : {}) };
  const gateway = createWebSocketGateway(api, { clock, quotas, unknowns, faults, closeWaitMs, ...hooks });
  const server = mount(gateway);
  const port = await listening(server);
  const call = ({ path = '/dev', ...rest }: Dial & { path?: string } = {}) =>
    dial(`ws://127.0.0.1:${port}${path}`, rest);
  try {
    await test({
      gateway,
      clock,
      origin: `http://127.0.0.1:${port}`,
      port,
      errors,
      handshakes,
      seen,
      api,
      dial: call,
      async open(how) {
        const before = seen('$connect').all.length;
        const client = await call(how);
        if ('status' in client)
          throw new Error(`The handshake was refused with ${client.status}: ${client.body}`);
        const connectionId = String(seen('$connect').all[before]?.requestContext.connectionId);
        return { ...client, connectionId };
      },
      async refused(how) {
        const answer = await call(how);
        if ('status' in answer) return answer;
        throw new Error('The handshake was accepted');
      },
    });
  } finally {
    await gateway.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
