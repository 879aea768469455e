import { WebSocket } from 'ws';

/**
 * A socket that tells of its end when it begins: its `closing` event has the code and reason of the close frame that
 * came or was sent. `ws` tells only once the line is down, and a client may leave that open for long.
 */
export class StageSocket extends WebSocket {
  // `ws` calls this for a client's close frame and for a fault of its, too. 1005: there was no code.
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    this.emit('closing', code ?? 1005, String(reason ?? ''));
  }
}
