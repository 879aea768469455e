import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Arrivals } from './arrivals.ts';
import { arrivals } from './arrivals.ts';

/** A client whose handshake succeeded. */
export interface SocketClient {
  socket: WebSocket;
  frames: Arrivals<string>;
  /** Headers of the 101. */
  headers: IncomingMessage['headers'];
  closed: Promise<{ code: number; reason: string }>;
  /** Sends a message and awaits the next frame. */
  ask(message: unknown): Promise<string>;
}

/** A handshake that was refused. */
export interface Refused {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Dial {
  protocols?: string[];
  headers?: Record<string, string>;
}

function clientOf(socket: WebSocket): SocketClient {
  const frames = arrivals<string>();
  const client: SocketClient = {
    socket,
    frames,
    headers: {},
    closed: new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    }),
    ask(message) {
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      return frames.next();
    },
  };
  socket.on('message', (data) => frames.push(data.toString()));
  return client;
}

async function readRefusal(response: IncomingMessage): Promise<Refused> {
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** Opens a WebSocket; resolves to a client, or to what the server answered instead of 101. */
export function dial(
  url: string,
  { protocols = [], headers = {} }: Dial = {},
): Promise<SocketClient | Refused> {
  const socket = new WebSocket(url, protocols, { headers, perMessageDeflate: false });
  const client = clientOf(socket);
  return new Promise((resolve, reject) => {
    socket.on('upgrade', (response) => {
      client.headers = response.headers;
    });
    socket.on('open', () => resolve(client));
    socket.on('unexpected-response', (_request, response) => resolve(readRefusal(response)));
    socket.on('error', reject);
  });
}
