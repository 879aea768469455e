import { expect, test } from 'vitest';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant } = ownStack(() => ({ memory: true }));

test('where no database is, the memory adapters stand in, and what a person sees is the same', async () => {
  expect(stack().engine).toBe('memory');
  const own = tenant();
  const staff = await own.staff();
  const carla = await own.clientUser('carla', 'acme');
  const { epoch, seq } = (await carla.ask('subscribe', { topic: 'client:acme' })).payload;
  const ask = { ref: 'r', payload: { clientId: 'acme', kind: 'login' } };
  await staff.ask('interaction.record', ask);
  expect((await staff.ask('interaction.record', ask)).payload).toMatchObject({ total: 1, dup: true });
  expect(await carla.type('interaction')).toMatchObject({ seq: 1, payload: { total: 1 } });
  await carla.close();
  await staff.ask('interaction.record', { payload: { clientId: 'acme', kind: 'login' } });
  const back = await own.clientUser('carla', 'acme');
  const since = { epoch: epoch as string, seq: (seq as number) + 1 };
  const answer = await back.ask('subscribe', { topic: 'client:acme', payload: { since } });
  expect(answer.payload).toMatchObject({ recovered: true, events: [{ seq: 2, payload: { total: 2 } }] });
});
