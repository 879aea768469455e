import { expect, test } from 'vitest';
import { newTenant } from '../support/flow.ts';

test('an alert reaches whom it addresses, and nobody else', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const people = {
    staff,
    acme: await tenant.clientUser('carla', 'acme'),
    globex: await tenant.clientUser('otto', 'globex'),
  };
  const addresses = [
    { to: { tenant: true }, topic: 'tenant', reaches: ['staff', 'acme', 'globex'] },
    { to: { msp: true }, topic: 'msp', reaches: ['staff'] },
    { to: { clientId: 'acme' }, topic: 'client:acme', reaches: ['staff', 'acme'] },
    { to: { userId: 'otto' }, topic: 'user:me', reaches: ['globex'] },
  ] as const;
  for (const { to, topic, reaches } of addresses) {
    const ref = `to-${topic}`;
    const ack = await staff.ask('alert.raise', { ref, payload: { to, severity: 'warning', title: topic } });
    await staff.until((frame) => frame.type === 'fanout.complete' && frame.ref === ref);
    for (const [name, who] of Object.entries(people)) {
      await who.settled();
      const got = who.of('alert').filter((frame) => frame.payload.alertId === ack.payload.alertId);
      expect(got, `${topic} to ${name}`).toHaveLength((reaches as readonly string[]).includes(name) ? 1 : 0);
      for (const frame of got)
        expect(frame).toMatchObject({ topic, payload: { to, raisedBy: 'staff', body: null } });
    }
  }
});

test('an alert is acknowledged by whom it was addressed to; the second time is a no-op', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const user = await tenant.clientUser('carla', 'acme');
  const stranger = await tenant.clientUser('otto', 'globex');
  const raised = await staff.ask('alert.raise', {
    payload: { to: { clientId: 'acme' }, severity: 'critical', title: 'Server down' },
  });
  const alertId = raised.payload.alertId as string;
  expect((await stranger.ask('alert.acknowledge', { payload: { alertId } })).payload.code).toBe('not_found');
  const first = await user.ask('alert.acknowledge', { payload: { alertId } });
  expect(first.payload).toMatchObject({ alertId });
  expect((await staff.type('alert.acknowledged')).payload).toEqual({ alertId, by: 'carla' });
  const second = await staff.ask('alert.acknowledge', { payload: { alertId } });
  expect(second.payload).toMatchObject({ alertId, already: true });
  await user.settled();
  expect(user.of('alert.acknowledged')).toHaveLength(1);
});

test('an alert with a dedupe key is raised once until it is acknowledged', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const alert = {
    to: { msp: true },
    severity: 'info',
    title: 'Disk almost full',
    dedupeKey: 'disk-1',
  } as const;
  const first = await staff.ask('alert.raise', { payload: alert });
  const again = await staff.ask('alert.raise', { payload: alert });
  expect(again.payload).toMatchObject({ alertId: first.payload.alertId, already: true });
  await staff.ask('alert.acknowledge', { payload: { alertId: first.payload.alertId as string } });
  const later = await staff.ask('alert.raise', { payload: alert });
  expect(later.payload.already).toBeUndefined();
  expect(later.payload.alertId).not.toBe(first.payload.alertId);
});
