import { WebSocket } from 'ws';
import { createClient } from '../src/index.ts';

// A service that has nothing more to do once its client is closed: it says so, and is to end by itself.
const { URL_TO_CLOSE: url = '', HOW } = process.env;
const client = createClient({ url, getToken: () => 'token', WebSocket });
client.topic('room', 'a').hold();
client.status.subscribe(() => {
  if (client.status.getSnapshot().state !== 'open') return;
  if (HOW === 'under way') client.request('stats').catch(() => {});
  client.close();
  let word = 'by itself';
  // `ws` gives a silent line up after 30 s. Timers run in their order, however slow the machine is.
  setTimeout(() => {
    word = 'late';
  }, 25_000).unref();
  process.on('exit', () => process.stdout.write(word));
});
