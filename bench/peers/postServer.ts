import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** In the place of API Gateway's management API: takes every post, and counts those to connections that are there. */
export interface PostServer {
  readonly endpoint: string;
  /** Connections that are not there any more: API Gateway answers 410. */
  readonly gone: Set<string>;
  /** Posts since they were last asked for. */
  take(): Posts;
  /** The same, once no more come: what fails may leave others on their way. */
  settled(): Promise<Posts>;
  close(): void;
}

interface Posts {
  readonly delivered: number;
  readonly toGone: number;
}

const quietMs = 500;

export async function openPostServer(): Promise<PostServer> {
  const gone = new Set<string>();
  let posts = { delivered: 0, toGone: 0 };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const id = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
      const isGone = gone.has(id);
      if (request.method === 'POST') posts[isGone ? 'toGone' : 'delivered']++;
      // What the SDKs take for GoneException.
      if (isGone) response.writeHead(410, { 'x-amzn-errortype': 'GoneException' });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const take = () => {
    const taken = posts;
    posts = { delivered: 0, toGone: 0 };
    return taken;
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
    gone,
    take,
    async settled() {
      for (let seen = -1; seen !== posts.delivered + posts.toGone; ) {
        seen = posts.delivered + posts.toGone;
        await new Promise((resolve) => setTimeout(resolve, quietMs));
      }
      return take();
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
