import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from '../src/index.ts';

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.useRealTimers());

test.each(['before', 'after'])(
  'timers that a test fakes %s it imports the kit do not hold it up',
  async (when) => {
    if (when === 'before') vi.useFakeTimers();
    const { createTestServer, createVirtualClock, receive } = await import('./index.ts');
    if (when === 'after') vi.useFakeTimers();
    const server = createTestServer();
    const client = createClient(server.options);
    const received = receive(client, client.topic('room', 'a'), { patienceMs: 1 });
    await server.advance(10);
    server.publish('room:a', 'room.message', { body: 'hello' });
    await server.clock.sleep(10);
    await createVirtualClock().settle();
    await expect(received.until(({ type }) => type === 'room.message')).resolves.toHaveLength(1);
    await expect(received.until(() => false, 'what never comes')).rejects.toThrow(
      /what never comes did not come/,
    );
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  },
);
