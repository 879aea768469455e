import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VirtualClock } from '@tidings/client/testing';
import type { Cors, HttpApi, HttpGateway, Json } from '../src/index.ts';
import { createHttpGateway, onWebSocketUpgrade } from '../src/index.ts';
import { rawSocket } from './rawSocket.ts';
import { rigClock } from './rigClock.ts';

/** An HTTP API on a real port, whose functions answer as the test says. */
export interface HttpRig {
  gateway: HttpGateway;
  clock: VirtualClock;
  api: HttpApi;
  errors: string[];
  /** The event of the last invocation. */
  seen(): Record<string, Json>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  port: number;
}

export type HttpHandler = (event: Record<string, Json>) => unknown;

/** Starts an HTTP API with functions by route key, runs a test against it, and stops it. */
export async function withHttpRig(
  functions: Record<string, HttpHandler>,
  test: (rig: HttpRig) => Promise<void>,
  cors?: Cors,
): Promise<void> {
  const clock = rigClock();
  const errors: string[] = [];
  const events: Record<string, Json>[] = [];
  const routes = Object.entries(functions).map(([routeKey, handler]) => ({
    routeKey,
    invoke: async (event: Json) => {
      const record = event as Record<string, Json>;
      events.push(record);
      return handler(record);
    },
  }));
  const api: HttpApi = {
    apiId: 'web123',
    stage: '$default',
    region: 'eu-west-1',
    accountId: '123456789012',
    routes,
    ...(cors && { cors }),
  };
  const gateway = createHttpGateway(api, { clock, onError: (what) => void errors.push(what) });
  const server = createServer((request, response) => {
    gateway.handle(request, response).catch(() => response.destroy());
  });
  onWebSocketUpgrade(server, (_request, socket) => void socket.destroy());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  try {
    await test({
      gateway,
      clock,
      api,
      errors,
      port,
      seen: () => events.at(-1) ?? {},
      fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Functions under these route keys that all answer with an empty object. */
export function named(...routeKeys: string[]): Record<string, HttpHandler> {
  return Object.fromEntries(routeKeys.map((key) => [key, () => ({})]));
}

/** Writes a request by hand, with header lines that `fetch` would change; resolves to the whole response. */
export async function writeRequest(port: number, lines: readonly string[]): Promise<string> {
  const client = rawSocket(port);
  client.socket.write(`${[...lines, 'Host: x', 'Connection: close'].join('\r\n')}\r\n\r\n`);
  return client.ended;
}
