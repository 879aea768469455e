import { expect, test } from 'vitest';
import { admin, askActions, clientUser, desk, service } from '../../test/support/askActions.ts';
import { memoryRuntime } from '../../test/support/memoryRuntime.ts';

test('4: an alert to the whole tenant is acknowledged by msp or admin, and one to oneself by oneself', async () => {
  const ask = askActions(memoryRuntime());
  const carla = clientUser('carla');
  const raise = async (to: object) => {
    const { alertId } = await ask(service, 'alert.raise', { to, severity: 'critical', title: 'Down' });
    return { alertId };
  };
  for (const who of [desk, admin]) {
    const payload = await raise({ tenant: true });
    for (const other of [carla, service]) {
      expect((await ask(other, 'alert.acknowledge', payload)).code).toBe('forbidden');
    }
    expect(await ask(who, 'alert.acknowledge', payload)).toMatchObject({
      ...payload,
      seq: expect.any(Number),
    });
  }
  const own = await raise({ userId: 'carla' });
  for (const who of [desk, admin, clientUser('otto')]) {
    expect((await ask(who, 'alert.acknowledge', own)).code).toBe('not_found');
  }
  expect((await ask(carla, 'alert.acknowledge', own)).code).toBeUndefined();
});
