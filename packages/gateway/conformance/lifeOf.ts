import type { Seen } from './rig.ts';
import { withRig } from './rig.ts';

/** The three events of one connection. */
export interface Life {
  connect: Seen;
  message: Seen;
  disconnect: Seen;
}

/** Opens a connection, sends one message a second later, closes after another one, and hands over what was seen. */
export async function lifeOf(test: (events: Life) => void): Promise<void> {
  await withRig({}, async (rig) => {
    const client = await rig.open();
    await rig.clock.advance(1_000);
    await client.ask({ action: 'echo' });
    await rig.clock.advance(1_000);
    client.socket.close();
    test({
      connect: await rig.seen('$connect').next(),
      message: await rig.seen('echo').next(),
      disconnect: await rig.seen('$disconnect').next(),
    });
  });
}
