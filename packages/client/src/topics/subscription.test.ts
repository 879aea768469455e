import { expect, test } from 'vitest';
import { openClient, outcomeOf } from '../../test/startClient.ts';

const withoutEnd = [
  // A page that leads to itself.
  { recovered: false, snapshot: { cursor: 'c' } },
  { recovered: true, events: [], more: true },
  { epoch: 'other', seq: 9, recovered: true, events: [], more: true },
];

test('an answer that leads no further is not asked for again and again', async () => {
  for (const given of withoutEnd) {
    // A server that tells of no limit on frames, so that nothing slows the client down.
    const { server, client } = await openClient({}, { hello: { limits: {} } });
    server.respond('subscribe', (_frame, _connection, usual) => {
      if (server.asked('subscribe').length > 50) throw new Error('asked too often');
      return { ...usual(), ...given };
    });
    client.topic('queue', '2030-01-01').hold();
    await server.advance(0);
    server.drop();
    await server.advance(10_000);
    const joined = outcomeOf(client.topic('queue', '2030-01-01').joined());
    await server.advance(10_000);
    expect(server.asked('subscribe').length).toBeLessThan(4);
    expect(joined).toEqual({ value: undefined });
  }
});
