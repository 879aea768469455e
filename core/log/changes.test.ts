import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { fanOut } from '../delivery/fanOut.ts';
import { keys } from '../keys.ts';
import { lookFrom } from './changes.ts';

const minuteMs = 60_000;
let runtime: MemoryRuntime;
let ann: Awaited<ReturnType<typeof openConnection>>;
let asked = 0;
const open = (id: string) =>
  openConnection(
    runtime,
    id,
    principal(runtime, { userId: 'ann', roles: ['msp'], expiresAt: runtime.clock.now() + 2 * 60 * minuteMs }),
  );
const ask = async (action: string, payload: object, topic?: string) => {
  const ref = `ref-${++asked}`;
  const { payload: answer } = await ann.ask(ref, { action, ref, payload, ...(topic && { topic }) });
  return answer as { readonly behind: object };
};
const record = (clientId: string) => ask('interaction.record', { clientId, kind: 'call' });
/** What a `sync` names. */
async function sync(at: number) {
  const { behind } = await ask('sync', { heads: { 'client:*': { at } } });
  return Object.keys(behind);
}
const listed = () => runtime.table.dump().filter(({ pk }) => pk.startsWith('CHANGES#'));
/** The function of a commit died before it came to list it. */
async function unlist() {
  for (const { pk, sk } of listed()) await runtime.table.write({ delete: { pk, sk } });
}

beforeEach(async () => {
  runtime = memoryRuntime();
  ann = await open('c1');
  await runtime.clock.advance(2 * minuteMs);
});

test('a commit is listed where somebody follows all topics of its kind as one, and nowhere else', async () => {
  await record('acme');
  expect(listed()).toHaveLength(1);
  await ask('unsubscribe', {}, 'client:*');
  // Just after, it would be listed before it is known that nobody follows any more.
  await runtime.clock.advance(1_000);
  await record('acme');
  expect(listed()).toHaveLength(1);
});

test('an event that is not in the log is not listed', async () => {
  await fanOut(runtime, { tenant: 't', topic: { kind: 'client', id: 'acme' }, events: [{ frame: '{}' }] });
  expect(listed()).toEqual([]);
});

test('sync names what was listed since then, with where each topic stands', async () => {
  await record('acme');
  await runtime.clock.advance(3 * minuteMs);
  const at = runtime.clock.now();
  for (const client of ['globex', 'initech', 'globex']) await record(client);
  // What another function listed late.
  const [first] = listed().filter(({ sk, seq }) => sk.includes('globex') && seq === 1);
  const late = keys.change('t', { kind: 'client', id: 'globex' }, at + 1000, 1);
  await runtime.table.write({ put: { ...first, ...late } });
  const { behind } = await ask('sync', { heads: { 'client:*': { at } } });
  expect(behind).toEqual({
    'client:globex': { epoch: expect.any(String), seq: 2 },
    'client:initech': { epoch: expect.any(String), seq: 1 },
  });
});

test('where a topic is asked for by itself too, it is named with its head, though the list says less', async () => {
  await record('acme');
  const at = runtime.clock.now();
  const [first] = listed();
  await record('acme');
  await unlist();
  if (first) await runtime.table.write({ put: first });
  const all = { 'client:*': { at: at - minuteMs } };
  const one = { 'client:acme': 0 };
  for (const heads of [
    { ...one, ...all },
    { ...all, ...one },
  ]) {
    const { behind } = await ask('sync', { heads });
    expect(behind).toEqual({ 'client:acme': { epoch: expect.any(String), seq: 2 } });
  }
});

test('a commit that nobody listed is named within ten minutes, however far the client has come', async () => {
  await record('acme');
  await unlist();
  let at = runtime.clock.now();
  const named: string[] = [];
  for (let minute = 1; minute <= 10; minute++) {
    await runtime.clock.advance(minuteMs);
    named.push(...(await sync(at)));
    at = runtime.clock.now();
  }
  expect(named).toContain('client:acme');
});

test('who has not followed all that time is told by the heads', async () => {
  const at = runtime.clock.now();
  await record('acme');
  await unlist();
  await runtime.clock.advance(3 * minuteMs);
  ann = await open('c2');
  expect(await sync(at)).toEqual(['client:acme']);
  await runtime.clock.advance(3 * minuteMs);
  const left = runtime.clock.now();
  await ask('unsubscribe', {}, 'client:*');
  await record('globex');
  await ask('subscribe', {}, 'client:*');
  await runtime.clock.advance(minuteMs);
  expect(await sync(left)).toEqual(['client:globex']);
});

test('a list that is too long is not read to its end: the heads say it', async () => {
  const at = runtime.clock.now();
  await record('acme');
  await unlist();
  const topic = { kind: 'client', id: 'acme' };
  for (let seq = 2; seq < 252; seq++) {
    await runtime.table.write({ put: { ...keys.change('t', topic, at + seq, seq), epoch: 'e', seq } });
  }
  const { behind } = await ask('sync', { heads: { 'client:*': { at } } });
  expect(behind).toEqual({ 'client:acme': { epoch: expect.any(String), seq: 1 } });
});

test('where is looked, and from when on', () => {
  const followed = 1_000 * minuteMs;
  const at = (minutes: number) => followed + minutes * minuteMs;
  expect(lookFrom(at(5), at(6), undefined)).toEqual({ among: 'heads', from: at(4) });
  expect(lookFrom(at(0.5), at(2), followed)).toEqual({ among: 'heads', from: at(-0.5) });
  expect(lookFrom(at(1), at(2), followed)).toEqual({ among: 'listed', from: at(0) });
  expect(lookFrom(at(9), at(10), followed)).toEqual({ among: 'heads', from: at(-1) });
  expect(lookFrom(at(25), at(26), followed)).toEqual({ among: 'listed', from: at(24) });
  expect(lookFrom(at(29), at(30), followed)).toEqual({ among: 'heads', from: at(19) });
  expect(lookFrom(at(90), at(26), followed)).toEqual({ among: 'listed', from: at(89) });
  // Who was away for long is told all since then.
  expect(lookFrom(at(5), at(45), followed)).toEqual({ among: 'heads', from: at(4) });
});
