import type { HttpGateway, WebSocketGateway } from '@tidings/gateway';
import type { ConsoleServer } from '../console/consoleServer.ts';
import type { Issuer } from './issuer.ts';
import { type LocalApiOptions, localApi } from './localApi.ts';
import type { ServerHandlers } from './server.ts';

export interface ServerOptions extends LocalApiOptions {
  readonly serveConsole: ConsoleServer;
  readonly issuer: Pick<Issuer, 'handle'>;
  readonly webSocket: Pick<WebSocketGateway, 'manage' | 'manageRead' | 'upgrade'>;
  readonly http: Pick<HttpGateway, 'handle' | 'hasRoute'> | undefined;
}

/** Which handler of the shared port owns an address. On AWS the two APIs have hosts of their own. */
export function serverHandlers({
  serveConsole,
  issuer,
  webSocket,
  http,
  ...local
}: ServerOptions): ServerHandlers {
  const answerLocal = localApi(local);
  return {
    async request(request, response, path) {
      if (path.startsWith('/issuer/')) return issuer.handle(request, response, path.slice('/issuer'.length));
      if (path.startsWith('/_local/')) return answerLocal(request, response, path.slice('/_local'.length));
      if (await serveConsole(request, response, path)) return;
      if (await webSocket.manage(request, response)) return;
      if (await http?.handle(request, response)) return;
      if (!response.headersSent) response.writeHead(404).end();
    },
    post: webSocket.manageRead,
    upgrade: webSocket.upgrade,
    // A handshake at an unknown address, or at `/`, has a wrong stage, and its answer says so.
    speaksAt: (request, path) => !/^\/(issuer|_local)\//.test(path) && !http?.hasRoute(request),
  };
}
