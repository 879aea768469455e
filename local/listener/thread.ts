import { createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import {
  addressBytes,
  eachStep,
  type Listening,
  listenerLine,
  type Message,
  outbox,
  step,
} from './messages.ts';

// The other end of `openListener`, which has no other way to run this.
const main = parentPort as NonNullable<typeof parentPort>;
const tell = outbox((message) => main.postMessage(message), setImmediate);
const tellFailure = (line: number, { code = '' }: NodeJS.ErrnoException) =>
  tell(step.failed, line, Buffer.from(code));

const sockets = new Map<number, Socket>();
let last = listenerLine;

// As a server of `node:http` has it.
const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  const line = ++last;
  sockets.set(line, socket);
  tell(step.opened, line, addressBytes(socket));
  socket.on('data', (bytes) => {
    // Until it is taken: what a client sends must not pile up between the threads.
    socket.pause();
    tell(step.bytes, line, bytes);
  });
  socket.on('end', () => tell(step.ended, line));
  socket.on('error', (error) => tellFailure(line, error));
  socket.on('close', () => {
    sockets.delete(line);
    tell(step.gone, line);
  });
});
const refused = (error: Error) => tellFailure(listenerLine, error);
server.once('error', refused);
server.listen(workerData as Listening, () => {
  // From here on there is nobody to refuse a port to: an error ends the thread, and the stack with it.
  server.off('error', refused);
  const { address: localAddress, port: localPort } = server.address() as { address: string; port: number };
  tell(step.opened, listenerLine, addressBytes({ localAddress, localPort }));
});

main.on('message', (message: Message) =>
  eachStep(message, (told, line, bytes) => {
    if (line === listenerLine) return leave();
    const socket = sockets.get(line);
    if (!socket || socket.destroyed) return;
    const taken = () => tell(step.taken, line);
    if (told === step.bytes) socket.write(bytes, taken);
    else if (told === step.taken) socket.resume();
    else if (told === step.ended) socket.end(taken);
    else if (told === step.gone) socket.destroy();
  }),
);

/** Nothing is left then that would keep the thread. */
function leave(): void {
  server.close();
  for (const socket of sockets.values()) socket.destroy();
  main.close();
}
