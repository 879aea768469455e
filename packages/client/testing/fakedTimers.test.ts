import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clientFeatures as features } from '../../../features/clients.ts';
import { topicView } from '../src/features/index.ts';
import { createClient } from '../src/index.ts';

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.useRealTimers());

/** All that Jest fakes unless it is told otherwise, but for `nextTick`, which this runner needs. */
const asJest = [
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
] as const;

test.each([
  ['before', undefined],
  ['after', undefined],
  ['before', [...asJest]],
  ['after', [...asJest]],
])('timers that a test fakes %s it imports the kit do not hold it up: %j', async (when, toFake) => {
  if (when === 'before') vi.useFakeTimers(toFake && { toFake });
  const { createTestServer, createVirtualClock, receive } = await import('./index.ts');
  if (when === 'after') vi.useFakeTimers(toFake && { toFake });
  const server = createTestServer();
  const client = createClient({ ...server.options, features });
  const states: unknown[] = [];
  client.topic('client:*').hold();
  const settled = topicView(client.topic('room', 'a')).settled();
  const received = receive(client, client.topic('room', 'a'), { patienceMs: 1 });
  server.topic('client:acme').snapshot = { totals: {} };
  await server.advance(10);
  client.topic('client', 'acme').on('snapshot', (state) => states.push(state));
  server.publish('room:a', 'room.message', { body: 'hello' });
  await server.clock.sleep(10);
  await createVirtualClock().settle();
  await expect(received.until(({ type }) => type === 'room.message')).resolves.toHaveLength(1);
  await expect(received.until(() => false, 'what never comes')).rejects.toThrow(
    /what never comes did not come/,
  );
  await settled;
  expect(states).toMatchObject([{ clientId: 'acme', totals: {} }]);
  client.close();
  expect(vi.getTimerCount()).toBe(0);
});
