import { createTestServer } from '@tidings/client/testing';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { greet } from '../../examples/bot/greet.ts';
import { newTenant } from '../support/flow.ts';

test('the example bot greets whoever says hello, and never itself', async () => {
  const { wsUrl } = inject('localStack');
  const tenant = newTenant();
  const stop = new AbortController();
  const getToken = () => tenant.token({ user: 'greeter', roles: ['service'] });
  const bot = await greet({ url: wsUrl, getToken, WebSocket }, stop.signal);
  onTestFinished(() => {
    stop.abort();
    bot.close();
  });
  const staff = await tenant.staff('sam');
  await staff.ask('subscribe', { topic: 'room:lobby' });
  const hello = async (body: string, seq: number) => {
    await staff.ask('room.send', { topic: 'room:lobby', payload: { body } });
    return staff.until((frame) => frame.from === 'greeter' && frame.seq === seq, 'a greeting');
  };
  expect((await hello('Hello everybody', 2)).payload).toEqual({ body: 'Welcome, sam!' });
  expect((await hello('hello again', 4)).payload).toEqual({ body: 'Welcome, sam!' });
  await staff.settled();
  expect(staff.of('room.message').filter(({ from }) => from === 'greeter')).toHaveLength(2);
});

/** The bot as `ada` in a lobby in memory, and the greetings that it asked for. */
async function greeter() {
  const server = createTestServer();
  const stop = new AbortController();
  const started = greet(server.options, stop.signal);
  await server.advance(0);
  const bot = await started;
  onTestFinished(() => {
    stop.abort();
    bot.close();
  });
  return {
    server,
    async say(body: string, from: string) {
      server.publish('room:lobby', 'room.message', { body }, from);
      await server.advance(1_000);
    },
    greetings: () => server.asked('room.send').map(({ payload }) => payload?.body),
  };
}

test('two example bots do not greet each other', async () => {
  const { say, greetings } = await greeter();
  await say('Hello', 'sam');
  const [greeting = ''] = greetings();
  await say(greeting, 'another bot');
  expect(greetings()).toEqual(['Welcome, sam!']);
});

test('the example bot does not answer what its own user says, also when it learned of it after a lost connection', async () => {
  const { server, say, greetings } = await greeter();
  await say('Hello', 'ada');
  server.drop();
  await say('Hello', 'ada');
  await server.advance(60_000);
  await say('Hello', 'sam');
  expect(greetings()).toEqual(['Welcome, sam!']);
});

test('the example bot goes on after a greeting that was refused', async () => {
  const { server, say, greetings } = await greeter();
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => complaint.mockRestore());
  server.respond('room.send', (_frame, _connection, usual) =>
    greetings().length === 1 ? { refused: 'forbidden' } : usual(),
  );
  await say('Hello', 'sam');
  await say('Hello', 'bo');
  expect(greetings()).toEqual(['Welcome, sam!', 'Welcome, bo!']);
  expect(complaint).toHaveBeenCalledOnce();
});
