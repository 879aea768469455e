import { expect, onTestFinished, test, vi } from 'vitest';
import { handOver, signInBeside } from './beside.ts';
import type { Grant } from './grant.ts';
import type { Issuer } from './issuer.ts';

const grant: Grant = { token: 'a.b.c', idToken: 'i.d.t' };

/** A tab that waits for the answer to this state, and what it took. */
async function tabFor(state: string, outcome: () => Promise<Grant> = async () => grant) {
  const taken: string[] = [];
  const beside = await signInBeside({
    begin: async () => ({
      address: `https://login.acme.test/?state=${state}`,
      begun: { state, nonce: '', verifier: '' },
    }),
    finish: (answer) => {
      taken.push(String(answer));
      return outcome();
    },
  } as Pick<Issuer, 'begin' | 'finish'> as Issuer);
  return { ...beside, taken };
}
const answerTo = (state: string) => new URLSearchParams({ code: 'c', state });

test('an answer that came to another tab goes to the one that waits for it, and to no other', async () => {
  const [mine, others] = [await tabFor('mine'), await tabFor('other')];
  expect(mine.address).toContain('state=mine');
  expect(await handOver(answerTo('mine'))).toBe(true);
  expect(await mine.grant).toBe(grant);
  expect([mine.taken, others.taken]).toEqual([['code=c&state=mine'], []]);
  mine.stop();
  others.stop();
});

test('an answer is good once, and for nobody once the tab has stopped waiting', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const tab = await tabFor('once', async () => {
    throw new Error('access denied');
  });
  const failed = expect(tab.grant).rejects.toThrow('access denied');
  expect(await handOver(answerTo('once'))).toBe(true);
  await failed;
  const stopped = await tabFor('stopped');
  stopped.stop();
  const unanswered = [handOver(answerTo('once')), handOver(answerTo('stopped'))];
  // Messages come in turn: after these, nobody else answers, and all have heard what others were answered.
  const others = await Promise.all(['other', 'last'].map((state) => tabFor(state)));
  for (const state of ['other', 'last']) expect(await handOver(answerTo(state))).toBe(true);
  vi.runAllTimers();
  expect(await Promise.all(unanswered)).toEqual([false, false]);
  expect([tab.taken.length, stopped.taken.length]).toEqual([1, 0]);
  for (const each of [tab, ...others]) each.stop();
});
