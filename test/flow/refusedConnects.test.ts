import { expect, test } from 'vitest';
import { openClient } from '../support/client.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant } = ownStack();

/** How many database operations of each kind some work costs. */
async function cost(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = (await stack().state()).databaseOperations as Record<string, number>;
  await work();
  const after = (await stack().state()).databaseOperations as Record<string, number>;
  const kinds = Object.keys(after).filter((kind) => after[kind] !== before[kind]);
  return Object.fromEntries(kinds.map((kind) => [kind, (after[kind] ?? 0) - (before[kind] ?? 0)]));
}

test('a connect that the authorizer refuses costs no database call', async () => {
  const own = tenant();
  const expired = await own.token({ user: 'ann', roles: ['msp'], expiresIn: '-10m' });
  const good = await own.token({ user: 'ann', roles: ['msp'] });
  const { wsUrl } = stack();
  const refused = async () => {
    await expect(openClient(wsUrl, {})).rejects.toThrow('401');
    await expect(openClient(wsUrl, { token: expired })).rejects.toThrow('401');
    await expect(openClient(wsUrl, { query: '?ticket=short' })).rejects.toThrow('401');
    await expect(
      openClient(wsUrl, { token: good, headers: { origin: 'https://evil.example' } }),
    ).rejects.toThrow('403');
  };
  expect(await cost(refused)).toEqual({});
});

test('a well-formed ticket that is not there costs one', async () => {
  const query = `?ticket=${'x'.repeat(43)}`;
  const refused = () => expect(openClient(stack().wsUrl, { query })).rejects.toThrow('401');
  expect(await cost(refused)).toEqual({ DeleteItem: 1 });
});

test('6: frames that are refused for size, depth, shape or rights cost no database write', async () => {
  const user = await tenant().clientUser('carla', 'acme');
  const refuse = async () => {
    const frames = [
      'nonsense',
      '['.repeat(10_000),
      '{"action":"no.such"}',
      '{"action":"interaction.record","payload":{"clientId":"acme"}}',
      '{"action":"engagement.update","payload":{"clientId":"acme","status":"x"}}',
      '{"action":"interaction.record","payload":{"clientId":"globex","kind":"login"}}',
      '{"action":"subscribe","topic":"client:globex"}',
      '{"action":"room.send","topic":"room:elsewhere","payload":{"body":"hi"}}',
      JSON.stringify({ action: 'message.send', payload: { userId: 'u', body: 'x'.repeat(32_100) } }),
    ];
    for (const frame of frames) user.sendText(frame);
    await user.until(() => user.of('error').length === frames.length, 'a refusal of each');
  };
  const { GetItem, TransactGetItems: _, ...writes } = await cost(refuse);
  expect(GetItem).toBeGreaterThan(0);
  expect(writes).toEqual({});
});
