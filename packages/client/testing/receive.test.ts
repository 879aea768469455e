import { expect, test } from 'vitest';
import { openClient, outcomeOf } from '../test/startClient.ts';
import { receive } from './receive.ts';

async function receiving() {
  const { server, client } = await openClient();
  const received = receive(client, client.topic('room', 'a'), { patienceMs: 0 });
  await server.advance(0);
  return { server, client, received };
}

test('until gives everything up to what was waited for, whether it is there already or not', async () => {
  const { server, received } = await receiving();
  for (let n = 0; n < 3; n++) server.publish('room:a', 'room.message', { body: String(n) });
  await server.advance(0);
  const before = await received.until((event) => 'seq' in event && event.seq === 2);
  expect(before).toHaveLength(2);
});

test('until fails with the transcript', async () => {
  const { server, received } = await receiving();
  server.publish('room:a', 'room.message', { body: 'something else' });
  await server.advance(0);
  await expect(received.until(() => false, 'the reply')).rejects.toThrow(
    /the reply did not come on room:a\. What came:\n.*something else/,
  );
});

test('nothing ends with a pong, and fails when something came before it', async () => {
  const { server, received } = await receiving();
  const quiet = outcomeOf(received.nothing());
  await server.advance(0);
  expect(quiet).toEqual({ value: undefined });
  server.publish('room:a', 'room.message', { body: 'surprise' });
  const loud = outcomeOf(received.nothing());
  await server.advance(0);
  expect(String(loud.error)).toMatch(/nothing was to come on room:a\. What came:\n.*surprise/);
});

test('nothing does not count what was waited for', async () => {
  const { server, received } = await receiving();
  server.publish('room:a', 'room.message');
  await server.advance(0);
  await received.until((event) => event.type === 'room.message');
  const quiet = outcomeOf(received.nothing());
  await server.advance(0);
  expect(quiet).toEqual({ value: undefined });
  received.stop();
});
