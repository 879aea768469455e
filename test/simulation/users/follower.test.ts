import { expect, it } from 'vitest';
import { journal } from '../journal.ts';
import { scheduler } from '../world/scheduler.ts';
import type { Intent, Reply } from './asks.ts';
import { follower } from './follower.ts';

/** A device that is connected and follows a room, and each answer given by hand. */
async function inARoom() {
  const time = scheduler(0);
  const asked: { readonly intent: Intent; readonly answer: (reply?: Reply) => void }[] = [];
  const rights = { tenant: 't', user: 'ada', roles: ['msp'], clients: [] };
  const own = { ready: true, rights };
  const device = follower({
    ...{ name: 'd0', batches: false, scheduler: time, journal: journal(time.now) },
    ask: (intent) => new Promise((answer) => void asked.push({ intent, answer })),
    session: () => own,
    onEvent() {},
  });
  const settled = () => time.runUntil(time.now() + 5_000);
  const subscribed = { type: 'subscribed', payload: { epoch: 'e', seq: 0, recovered: false, snapshot: {} } };
  void device.enter('room:r1');
  await settled();
  asked[0]?.answer(subscribed);
  await settled();
  return { device, asked, settled, actions: () => asked.map(({ intent }) => intent.action) };
}

it('a topic that is entered again while it is left is asked for once its leaving is answered', async () => {
  const { device, asked, settled, actions } = await inARoom();
  void device.leave('room:r1');
  await settled();
  void device.enter('room:r1');
  await settled();
  expect(actions()).toEqual(['subscribe', 'unsubscribe']);
  asked[1]?.answer({ type: 'ack', payload: {} });
  await settled();
  expect(actions()).toEqual(['subscribe', 'unsubscribe', 'subscribe']);
});

it('a topic whose leaving is not answered is left again before anything else is asked about it', async () => {
  const { device, asked, settled, actions } = await inARoom();
  void device.leave('room:r1');
  await settled();
  asked[1]?.answer();
  await settled();
  expect(actions()).toEqual(['subscribe', 'unsubscribe', 'unsubscribe']);
});
