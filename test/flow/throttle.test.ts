import { expect, test } from 'vitest';
import { openClient } from '../support/client.ts';
import { fetchToken } from '../support/localStack.ts';
import { ownStack } from '../support/ownStack.ts';

const burst = 8;
const atOnce = 10 * burst;
const { stack, tenant } = ownStack(() => ({ settings: { throttle: { ratePerSecond: 1, burst } } }));
const staff = { user: 'ann', roles: ['msp'] } as const;
const many = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: atOnce }, ask));

test('messages above the stage’s throttle are answered with an error, and their connection stays', async () => {
  const client = await tenant().connect(staff);
  for (let n = 0; n < atOnce; n++) client.sendText('{"action":"ping"}');
  const answers = () => client.transcript.filter((frame) => frame.type === 'pong' || 'message' in frame);
  await client.until(() => answers().length === atOnce, 'all answers');
  expect(client.of('pong').length).toBeGreaterThan(0);
  expect(answers()).toContainEqual(expect.objectContaining({ message: 'Too Many Requests' }));
  await stack().clock.advance(burst * 1_000);
  await client.settled();
});

test('so are handshakes, with 429', async () => {
  const token = await fetchToken(stack(), { tenant: tenant().name, ...staff });
  const outcomes = await many(() =>
    openClient(stack().wsUrl, { token }).then(
      () => 'open',
      ({ message }: Error) => message,
    ),
  );
  expect(outcomes).toContain('refused with 429');
});

test('and requests to the HTTP API, which has a throttle of its own', async () => {
  const statuses = await many(async () => (await fetch(`${stack().httpUrl}/health`)).status);
  expect(statuses).toContain(200);
  expect(statuses).toContain(429);
});
