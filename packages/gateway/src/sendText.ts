import type { WebSocket } from 'ws';
import type { RunningStage } from './runningStage.ts';

const textFrame = { binary: false };

// A character is at most three bytes, so a short string needs no counting.
const bytesPerCharacter = 3;

/** Sends one text message, in frames of at most the frame size unless the switch says to send it whole. */
export function sendText(stage: RunningStage, socket: WebSocket, data: Buffer | string): void {
  const { frameBytes } = stage.quotas;
  if (stage.unknowns.largePosts !== 'fragmented' || data.length * bytesPerCharacter <= frameBytes) {
    socket.send(data, textFrame);
    return;
  }
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let at = 0; at === 0 || at < bytes.length; at += frameBytes) {
    const fin = at + frameBytes >= bytes.length;
    socket.send(bytes.subarray(at, at + frameBytes), { binary: false, fin });
  }
}
