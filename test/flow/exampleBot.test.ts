import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { greet } from '../../examples/bot/greet.ts';
import { newTenant } from '../support/flow.ts';

test('the example bot greets whoever says hello', async () => {
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
  await staff.ask('room.send', { topic: 'room:lobby', payload: { body: 'Hello everybody' } });
  const greeting = await staff.until(({ from }) => from === 'greeter', 'a greeting');
  expect(greeting.payload).toEqual({ body: 'Hello, sam!' });
});
