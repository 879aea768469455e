import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inProcess } from './inProcess.ts';
import { bench } from './measure.ts';

export const postVariants = ['SDK as it comes', 'tidings'] as const;
export type PostVariant = (typeof postVariants)[number];

/** Over loopback HTTP, to a server that only says 200. */
export const posts = bench({
  name: 'posts',
  measures: 'CPU of posting 1 KB to @connections, warm, 64 at a time',
  figures: { CPU: { unit: 'ms for 1,000 posts', better: 'less' } },
  variants: postVariants,
  baseline: 'SDK as it comes',
  async measure(variant) {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`;
    try {
      const CPU = await inProcess<number>(new URL('./postsProcess.ts', import.meta.url), [variant, endpoint]);
      return { CPU };
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },
});
