import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

interface RecordedRequest {
  readonly method: string;
  /** As it came: still encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Tells the caller's connections apart. */
  readonly clientPort: number | undefined;
}

export interface FakeConnections {
  readonly endpoint: string;
  readonly requests: readonly RecordedRequest[];
  open(connectionId: string): void;
  drop(connectionId: string): void;
  frames(connectionId: string): readonly string[];
  /** Outcomes for the next requests: a status, or a connection cut before or after the frame has arrived. */
  script(...answers: readonly ScriptedAnswer[]): void;
  stop(): Promise<void>;
}

export type ScriptedAnswer = { readonly status: number; readonly error?: string } | 'cut' | 'arrive then cut';

const MAX_BYTES = 128 * 1024;

/** Answers like API Gateway's @connections: `error` goes into the header by which the SDK names its errors. */
function answer(response: ServerResponse, status: number, error?: string, message?: string): void {
  response.writeHead(status, error ? { 'x-amzn-errortype': error } : {});
  response.end(error && JSON.stringify({ message: message ?? error }));
}

/** A tiny @connections at the stage `dev`, on a loopback port. */
export async function fakeConnections(): Promise<FakeConnections> {
  const requests: RecordedRequest[] = [];
  const open = new Set<string>();
  const received = new Map<string, string[]>();
  const scripted: ScriptedAnswer[] = [];

  const arrive = (id: string, body: string): void => {
    received.set(id, [...(received.get(id) ?? []), body]);
  };
  const serve = (method: string, id: string, body: string, response: ServerResponse): void => {
    if (!/^[\w-]+=*$/.test(id)) {
      answer(response, 400, 'BadRequestException', `Invalid connectionId: ${encodeURIComponent(id)}`);
    } else if (method === 'POST' && Buffer.byteLength(body) > MAX_BYTES) {
      answer(response, 413, 'PayloadTooLargeException');
    } else if (!open.has(id)) {
      answer(response, 410, 'GoneException');
    } else if (method === 'POST') {
      arrive(id, body);
      answer(response, 200);
    } else if (method === 'DELETE') {
      open.delete(id);
      answer(response, 204);
    } else {
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ connectedAt: '2024-11-11T13:45:46.000Z', identity: { sourceIp: '127.0.0.1' } }),
      );
    }
  };

  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const clientPort = request.socket.remotePort;
    const body = await text(request);
    requests.push({ method, path, headers, body, clientPort });
    const [, id = ''] = /^\/dev\/@connections\/(.*)$/.exec(path) ?? [];
    const next = scripted.shift();
    if (next === 'arrive then cut') arrive(decodeURIComponent(id), body);
    if (typeof next === 'string') request.socket.destroy();
    else if (next) answer(response, next.status, next.error);
    else serve(method, decodeURIComponent(id), body, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;

  return {
    endpoint: `http://127.0.0.1:${port}/dev`,
    requests,
    open: (id) => void open.add(id),
    drop: (id) => void open.delete(id),
    frames: (id) => received.get(id) ?? [],
    script: (...answers) => void scripted.push(...answers),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
