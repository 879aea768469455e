import { once } from 'node:events';
import { WebSocket } from 'ws';
import { requireFiles } from '../../test/load/openFiles.ts';
import { pool } from '../../test/load/pool.ts';
import { answer } from '../inProcess.ts';
import { percentile } from '../results.ts';
import type { CrowdFigures } from './crowd.ts';
import { type CrowdServer, serve } from './crowdServers.ts';

const [server, wantedSockets, wantedBroadcasts] = process.argv.slice(2) as [CrowdServer, string, string];
const [sockets, broadcasts] = [Number(wantedSockets), Number(wantedBroadcasts)];
const warmUps = 3;
const atOnce = 50;
const patienceMs = 120_000;

/** Only what everybody gets counts, not the answer to who asked for it. */
const isBroadcast = (data: Buffer) => data.includes('"interaction"');

requireFiles(sockets);
const { urls, trigger, stop } = await serve[server](sockets);
const began = performance.now();
const open = await pool(urls, atOnce, async (url) => {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
});
const connectSeconds = (performance.now() - began) / 1000;

let onReceived = () => {};
for (const socket of open) {
  socket.on('message', (data) => {
    if (isBroadcast(data as Buffer)) onReceived();
  });
}

/** One after the other. After how many milliseconds each frame of each of them was there. */
async function broadcast(times: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let n = 1; n <= times; n++) {
    await new Promise<void>((resolve, reject) => {
      const missing = () => reject(new Error(`${n * sockets - latencies.length} frames did not come`));
      const tooLong = setTimeout(missing, patienceMs);
      const sentAt = performance.now();
      onReceived = () => {
        latencies.push(performance.now() - sentAt);
        if (latencies.length < n * sockets) return;
        clearTimeout(tooLong);
        resolve();
      };
      open[0]?.send(trigger);
    });
  }
  return latencies;
}

await broadcast(warmUps);
const broadcastAt = performance.now();
const latencies = await broadcast(broadcasts);
const seconds = (performance.now() - broadcastAt) / 1000;
for (const socket of open) socket.terminate();
await stop();
const figures: CrowdFigures = {
  connectsPerSecond: sockets / connectSeconds,
  deliveriesPerSecond: latencies.length / seconds,
  p50: percentile(latencies, 50),
  p95: percentile(latencies, 95),
  p99: percentile(latencies, 99),
};
answer(figures);
