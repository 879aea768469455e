import { expect, test } from 'vitest';
import { newTenant } from '../support/flow.ts';

test('7: a completion says that a fan-out is over, so that who received nothing can be known without waiting', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const ben = await tenant.staff('ben');
  const outside = await tenant.staff('otto');
  for (const who of [ann, ben]) await who.ask('subscribe', { topic: 'room:lobby' });
  await ann.ask('room.send', { topic: 'room:lobby', ref: 'r1', payload: { body: 'hi' } });
  const done = await ann.type('fanout.complete');
  expect(done).toMatchObject({ ref: 'r1', payload: { delivered: 1, gone: 0 } });
  await Promise.all([ben.settled(), outside.settled()]);
  expect(ben.of('room.message')).toHaveLength(1);
  expect(outside.of('room.message')).toEqual([]);
});

test('7: a request that sends nothing has its completion too', async () => {
  const staff = await newTenant().staff();
  const raised = await staff.ask('alert.raise', {
    payload: { to: { msp: true }, severity: 'info', title: 'Once' },
  });
  const alertId = raised.payload.alertId as string;
  for (const ref of ['first', 'second']) {
    await staff.ask('alert.acknowledge', { ref, payload: { alertId } });
    await staff.until((frame) => frame.type === 'fanout.complete' && frame.ref === ref, `${ref} completion`);
  }
});

test('waiting for what does not come ends with the transcript', async () => {
  const staff = await newTenant().staff();
  await staff.ask('subscribe', { topic: 'room:lobby' });
  const waiting = staff.type('room.message');
  await Promise.all([
    staff.close(),
    expect(waiting).rejects.toThrow(/room\.message did not come.*"type":"subscribed"/s),
  ]);
});
