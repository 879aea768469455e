import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** Each message goes to all as it is, with no storage and no identity. */
const server = createServer();
const all = new WebSocketServer({ server });
all.on('connection', (socket) => {
  socket.on('message', (data) => {
    const frame = String(data);
    for (const other of all.clients) other.send(frame);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('disconnect', () => process.exit());
