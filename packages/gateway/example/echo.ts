import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebSocketGateway, onWebSocketUpgrade } from '@tidings/gateway';

/** Serves one route, `echo`, on a port of this machine; resolves to its address and a way to stop it. */
export async function startEcho(port = 0): Promise<{ url: string; stop(): Promise<void> }> {
  const gateway = createWebSocketGateway({
    apiId: 'echo',
    stage: 'dev',
    region: 'eu-west-1',
    accountId: '123456789012',
    routeSelectionExpression: '$request.body.action',
    routes: [
      {
        routeKey: 'echo',
        routeResponse: true,
        integration: {
          kind: 'proxy',
          invoke: async (event) => ({ statusCode: 200, body: JSON.stringify(event) }),
        },
      },
    ],
  });
  const server = createServer(async (request, response) => {
    if (!(await gateway.manage(request, response))) response.writeHead(404).end();
  });
  onWebSocketUpgrade(server, gateway.upgrade);
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${address.port}/dev`,
    async stop() {
      await gateway.close();
      server.close();
    },
  };
}
