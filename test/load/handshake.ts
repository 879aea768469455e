import { WebSocket } from 'ws';

/** One handshake. @returns its status; 0 where the socket broke without one. @param opened gets the socket */
export function handshake(wsUrl: string, token: string, opened: WebSocket[]): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(wsUrl, ['tidings.v1', `bearer.${token}`]);
    socket.once('open', () => {
      opened.push(socket);
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => resolve(0));
  });
}

/** The status of a handshake whose connection nobody needs. */
export async function statusOf(wsUrl: string, token: string): Promise<number> {
  const opened: WebSocket[] = [];
  const status = await handshake(wsUrl, token, opened);
  for (const socket of opened) socket.terminate();
  return status;
}
