import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on a free port, whose handler may be made once its address is known. */
export async function serveAt(makeHandler: (url: string) => Promise<RequestListener>) {
  let handle: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  handle = await makeHandler(url);
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
