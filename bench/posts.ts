import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inProcess, inTurn } from './measure.ts';

const postVariants = ['sdk', 'ours'] as const;
export type PostVariant = (typeof postVariants)[number];

/** CPU of posting one frame to many connections, over loopback HTTP to a server that only says 200. */
export async function benchPosts(runs: number): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`;
  console.error('posts: CPU ms for 1,000 posts of 1 KB, warm');
  const { sdk, ours } = await inTurn(postVariants, runs, (variant) =>
    inProcess<number>(new URL('./postsChild.ts', import.meta.url), [variant, endpoint]),
  );
  server.close();
  server.closeAllConnections();
  console.error(
    `posts: the SDK as it comes ${Math.round(sdk)} ms, ours ${Math.round(ours)} ms: ${(sdk / ours).toFixed(1)} times less`,
  );
}
