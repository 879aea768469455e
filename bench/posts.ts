import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../test/support/selfSigned.ts';
import { inProcess } from './inProcess.ts';
import { bench } from './measure.ts';

export const postVariants = ['SDK as it comes', 'tidings'] as const;
export type PostVariant = (typeof postVariants)[number];

/** By TLS, as on AWS, to a server of this machine that only says 200. */
export const posts = bench({
  name: 'posts',
  measures: 'CPU of posting 1 KB to @connections by TLS, warm, 64 at a time',
  figures: { CPU: { unit: 'ms for 1,000 posts', better: 'less' } },
  variants: postVariants,
  baseline: 'SDK as it comes',
  async measure(variant) {
    const { key, cert } = selfSigned();
    const folder = mkdtempSync(join(tmpdir(), 'tidings-posts-'));
    const trusted = join(folder, 'cert.pem');
    writeFileSync(trusted, cert);
    const server = createServer({ key, cert }, (request, response) => {
      request.resume().on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}/dev`;
    try {
      const CPU = await inProcess<number>(
        new URL('./postsProcess.ts', import.meta.url),
        [variant, endpoint],
        { NODE_EXTRA_CA_CERTS: trusted },
      );
      return { CPU };
    } finally {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    }
  },
});
