import { Duplex } from 'node:stream';
import { frameGuard } from './frameGuard.ts';

/**
 * What `ws` reads and writes in place of a client's socket. Up to a frame that is too long it gets every byte; of
 * that one it gets enough to judge whether it is allowed at all, and then nothing more. `tooLong` is called when all
 * that came before has been judged, so the first fault decides how the connection ends.
 */
export function clientWire(socket: Duplex, frameBytes: number, tooLong: () => void): Duplex {
  const guard = frameGuard(frameBytes);
  let isOver = false;
  const wire = new Duplex({
    read: () => void socket.resume(),
    // Answered at once: what waits for a slow client then waits in one place, in the order in which it was written.
    write(chunk, _encoding, done) {
      socket.write(chunk);
      done();
    },
    final: (done) => void socket.end(done),
    destroy(cause, done) {
      socket.destroy();
      done(cause);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    // What follows is read and thrown away: closing with bytes unread would reset the line, and the client's last frame with it.
    if (isOver) return;
    const passed = guard(chunk);
    if (passed !== undefined) {
      isOver = true;
      // `ws` reads within this call, but tells of a fault only some ticks later.
      setImmediate(tooLong);
    }
    if (!wire.push(chunk.subarray(0, passed)) && !isOver) socket.pause();
  });
  socket.on('end', () => wire.push(null));
  socket.on('error', (cause) => wire.destroy(cause));
  socket.on('close', () => wire.destroy());
  return wire;
}
