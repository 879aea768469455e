import { fork } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const sockets = 1000;
const broadcasts = 20;

interface Ready {
  /** One for each socket. */
  readonly urls: readonly string[];
  /** What to send so that all of them get a frame. */
  readonly trigger: string;
}

const server = fork(new URL('./broadcastServer.ts', import.meta.url), process.argv.slice(2), {
  execArgv: ['--import', 'tsx'],
});
const [{ urls, trigger }] = (await once(server, 'message')) as [Ready];

let received = 0;
let reached: (() => void) | undefined;
let wanted = Number.POSITIVE_INFINITY;
const open: WebSocket[] = [];
for (let from = 0; from < sockets; from += 50) {
  const batch = urls.slice(from, from + 50).map(async (url) => {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    socket.on('message', (data) => {
      // Only broadcasts count, not the answer to who triggered one.
      if (!String(data).includes('"interaction"')) return;
      received++;
      if (received >= wanted) reached?.();
    });
    open.push(socket);
  });
  await Promise.all(batch);
}

async function broadcast(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    wanted = received + sockets;
    const all = new Promise<void>((resolve) => {
      reached = resolve;
    });
    open[0]?.send(trigger);
    await all;
  }
}

await broadcast(3);
const before = performance.now();
await broadcast(broadcasts);
const seconds = (performance.now() - before) / 1000;
for (const socket of open) socket.terminate();
server.kill();
process.send?.((sockets * broadcasts) / seconds);
