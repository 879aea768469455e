import { type Client, type ClientOptions, createClient } from '@tidings/client';

/** Greets whoever says hello in the lobby, until it is closed. */
export async function greet(options: ClientOptions, signal: AbortSignal): Promise<Client> {
  const client = createClient(options);
  const lobby = client.topic('room', 'lobby');
  const events = lobby.events({ signal });
  answerAll().catch((error: unknown) => {
    // What was being said when it was told to stop may be left unsaid.
    if (!signal.aborted) console.error(error);
  });
  const letGo = lobby.hold();
  signal.addEventListener('abort', letGo);
  await lobby.joined();
  return client;

  async function answerAll() {
    for await (const event of events) {
      if (event.type !== 'room.message' || !/^hello\b/i.test(event.payload.body)) continue;
      // The event's own id as the `ref`: a bot that starts again does not greet twice.
      const ref = `greet-${event.id ?? `${event.epoch}-${event.seq}`}`.slice(0, 64);
      await client.request('room.send', { body: `Hello, ${event.from}!` }, { topic: 'room:lobby', ref });
    }
  }
}
