import type { RunningStage } from '../runningStage.ts';
import type { Connection } from './connection.ts';
import { sharedTextFrame, textFrame } from './textFrame.ts';
import { corkForTurn } from './turnEnd.ts';

// A character is at most three bytes, so a short string needs no counting.
const bytesPerCharacter = 3;

/** Sends one text message, in frames of at most the frame size unless the switch says to send it whole. */
export function sendText(
  stage: RunningStage,
  { socket, wire }: Pick<Connection, 'socket' | 'wire'>,
  data: Buffer | string,
): void {
  const { frameBytes } = stage.quotas;
  if (stage.unknowns.largePosts !== 'fragmented' || data.length * bytesPerCharacter <= frameBytes) {
    // `ws` writes a header and a payload, which Node joins by a way that costs a fifth of a whole post. Without
    // compression `ws` holds nothing back, so what is written past it keeps its place.
    corkForTurn(wire);
    wire.write(typeof data === 'string' ? textFrame(data) : sharedTextFrame(data));
    return;
  }
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let at = 0; at === 0 || at < bytes.length; at += frameBytes) {
    const fin = at + frameBytes >= bytes.length;
    socket.send(bytes.subarray(at, at + frameBytes), { binary: false, fin });
  }
}
