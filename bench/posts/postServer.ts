import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../../test/support/selfSigned.ts';
import { inProcess } from '../inProcess.ts';

/** Runs a module in a process of its own that posts by TLS, as on AWS, to a server of this machine that only says 200: its address is the last argument. */
export async function posting<T>(module: URL, args: readonly string[]): Promise<T> {
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
    return await inProcess<T>(module, [...args, endpoint], { NODE_EXTRA_CA_CERTS: trusted });
  } finally {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  }
}
