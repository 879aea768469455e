import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../peers/serverlessOffline', import.meta.url));
const program = `${folder}/node_modules/.bin/osls`;

/** It is installed apart, as all peers are. */
export const hasServerlessOffline = existsSync(program);

/** Starts it as its users do; its first lines say when it listens. @throws Error when it does not */
export async function startServerlessOffline(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const [http, sockets, lambda] = [await freePort(), await freePort(), await freePort()];
  const ports = ['--httpPort', http, '--websocketPort', sockets, '--lambdaPort', lambda].map(String);
  const child = spawn(process.execPath, [program, 'offline', ...ports], {
    cwd: folder,
    env: { ...process.env, BENCH_ENDPOINT: `http://127.0.0.1:${sockets}`, SLS_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer) => {
      printed = `${printed}${text}`.slice(-4_000);
      if (/\[http for websocket\] listening/.test(printed)) resolve();
    };
    // It says a line for each invocation, which somebody has to read.
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`serverless-offline did not start: ${printed}`)));
  });
  return {
    url: `ws://127.0.0.1:${sockets}`,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
