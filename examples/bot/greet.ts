import { type Client, type ClientOptions, createClient } from '@tidings/client';
import { rooms } from '../../features/rooms/client.ts';

/** Greets whoever says hello in the lobby, until it is closed. */
export async function greet(options: ClientOptions, signal: AbortSignal): Promise<Client> {
  const client = createClient({ features: [rooms], ...options });
  const lobby = client.topic('room', 'lobby');
  let me: string | undefined;
  // A session is known while the connection is open, and what was missed comes just before that.
  client.status.subscribe(() => {
    me = client.status.getSnapshot().session?.userId ?? me;
  });
  const stop = lobby.on('room.message', ({ id, from, payload }) => {
    // What the bot says comes as an event too.
    if (from === me || !/^hello\b/i.test(payload.body)) return;
    // No hello, which another bot would answer. With the event's id as the `ref` nobody is greeted twice.
    const greeting = { body: `Welcome, ${from}!` };
    client
      .request('room.send', greeting, { topic: 'room:lobby', ref: `greet-${id}` })
      .catch((error: unknown) => {
        // What was being said when it was told to stop may be left unsaid.
        if (!signal.aborted) console.error(error);
      });
  });
  signal.addEventListener('abort', stop);
  await lobby.joined();
  return client;
}
