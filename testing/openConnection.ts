import type { ServerFrame } from '@tidings/protocol';
import type { MemorySockets } from '../adapters/memory/sockets.ts';
import { handleFrame } from '../core/api/router.ts';
import type { Choice } from '../core/connections/choice.ts';
import { connect } from '../core/connections/connect.ts';
import type { Principal } from '../core/principal.ts';
import type { Runtime } from '../core/runtime.ts';

type Engine = Runtime & { readonly sockets: MemorySockets };

/** One connection to an engine in memory, without a socket. */
export function connectionOf(runtime: Engine, connectionId: string) {
  return {
    /** Sends a frame, and gives the answer. */
    ask: (requestId: string, frame: object): Promise<ServerFrame> =>
      handleFrame(runtime, { connectionId, requestId, body: JSON.stringify(frame) }),
    /** All frames that were posted to it, oldest first. */
    frames: () => runtime.sockets.frames(connectionId).map((text) => JSON.parse(text) as ServerFrame),
  };
}

/** Opens one. @throws Error where the handshake is refused */
export async function openConnection(
  runtime: Engine,
  connectionId: string,
  principal: Principal,
  choice?: Choice,
) {
  runtime.sockets.open(connectionId);
  const outcome = await connect(runtime, connectionId, principal, choice);
  if ('refused' in outcome) throw new Error(`the handshake was refused with ${outcome.refused}`);
  return connectionOf(runtime, connectionId);
}
