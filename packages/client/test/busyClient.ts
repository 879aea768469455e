import { expect } from 'vitest';
import {
  askAssistant,
  createNotifications,
  createPresence,
  followJob,
  topicView,
} from '../src/features/index.ts';
import type { ClientOptions, WebSocketConstructor, WebSocketLike } from '../src/index.ts';
import { createTestServer, type TestServer } from '../testing/index.ts';
import { outcomeOf, startClient } from './startClient.ts';

/** Of all that JSON can hold this is the hardest to compare and to write: it has no text. */
export const noText = { toString: null, valueOf: null };

const maxSent = 20_000;

/** The server's socket class, with what its clients' handlers throw. */
export function watched(
  server: TestServer,
  thrown: unknown[],
  made: WebSocketLike[] = [],
): WebSocketConstructor {
  const Base = server.options.WebSocket as new (
    ...given: ConstructorParameters<WebSocketConstructor>
  ) => { send(text: string): void };
  let sent = 0;
  return class extends Base {
    /** A client that asks without end would hold the run up for ever, where it is to fail. */
    override send(text: string) {
      if (++sent < maxSent) return super.send(text);
      if (sent === maxSent) thrown.push(new Error('the client asks without end'));
    }

    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      made.push(this as unknown as WebSocketLike);
      for (const name of ['onopen', 'onmessage', 'onclose', 'onerror']) {
        let handler: ((event: object) => void) | undefined;
        Object.defineProperty(this, name, {
          set(next: typeof handler) {
            handler = next;
          },
          get: () => (event: object) => {
            try {
              handler?.(event);
            } catch (error) {
              thrown.push(error);
            }
          },
        });
      }
    }
  } as unknown as WebSocketConstructor;
}

/** A client of which everything is in use, and all that went wrong in it. */
export async function busyClient(
  options: Partial<ClientOptions> = {},
  given: TestServer = createTestServer(),
) {
  const wrong: unknown[] = [];
  const sockets: WebSocketLike[] = [];
  given.topic('queue:2030-01-01').snapshot = { date: '2030-01-01', doctors: [] };
  given.topic('conversation:c').snapshot = { turns: [] };
  given.topic('client:acme').snapshot = { engagement: {}, totals: {} };
  given.respond('assistant.ask', () => ({ conversationId: 'c', streamId: 's' }));
  given.respond('notification.list', () => ({ items: [], unread: 0 }));
  given.respond('presence.get', () => ({ users: [{ userId: 'ada', devices: 1 }] }));
  given.respond('job.get', () => ({ jobId: 'j', kind: 'translate', status: 'queued' }));
  const { server, client } = startClient(
    { WebSocket: watched(given, wrong, sockets), onError: (error) => wrong.push(error), ...options },
    given,
  );
  const seen: unknown[] = [];
  client.topic('room', 'a').on('*', ({ seq }) => seen.push(seq));
  for (const topic of [
    client.topic('client', 'acme'),
    client.topic('client:*'),
    client.topic('queue', '2030-01-01'),
    client.topic('conversation', 'c'),
    client.topic('tenant'),
  ]) {
    topicView(topic).subscribe(() => {});
  }
  createNotifications(client).subscribe(() => {});
  createPresence(client, 'a').subscribe(() => {});
  followJob(client, 'j');
  askAssistant(client, 'why?', { conversationId: 'c' });
  await server.advance(0);
  /** What comes over the line, be it a frame or not. */
  const hear = (data: unknown) => {
    const { onmessage } = sockets.at(-1) as WebSocketLike;
    (onmessage as (event: object) => void)({ data });
  };
  return { server, client, seen, wrong, hear };
}
type Busy = Awaited<ReturnType<typeof busyClient>>;

/** Whatever was sent, the next connection is as good as any. */
export async function works({ server, client, seen, wrong }: Busy) {
  expect(wrong).toEqual([]);
  client.close();
  client.connect();
  await server.advance(0);
  server.respond('subscribe', (_frame, _connection, usual) => usual());
  server.respond('stats', () => ({ users: 1 }));
  const answer = outcomeOf(client.request('stats'));
  seen.length = 0;
  const { seq } = server.publish('room:a', 'room.message', { body: 'there' });
  await server.advance(0);
  expect(answer).toEqual({ value: { users: 1 } });
  expect(seen).toEqual([seq]);
  expect(wrong).toEqual([]);
}
