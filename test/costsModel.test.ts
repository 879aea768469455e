import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { seededRandom } from '../adapters/memory/clock.ts';
import { everyMinute } from '../core/connections/everyMinute.ts';
import { maxAnswerBytes } from '../core/log/answerBudget.ts';
import { features } from '../features/index.ts';
import { parseStageConfig } from '../lib/settings/stageConfig.ts';
import { estimateOf, type Sent } from '../packages/cli/src/costs/estimate.ts';
import { figures, figuresWith } from '../packages/cli/src/costs/figures.ts';
import { count, duration, usd } from '../packages/cli/src/costs/format.ts';
import {
  changeUse,
  emptyUse,
  engine,
  framesOf,
  type Workload,
  windowsOf,
} from '../packages/cli/src/costs/model.ts';
import { billOf } from '../packages/cli/src/costs/use.ts';
import { syncEveryMs } from '../packages/client/src/base/bounds.ts';
import { openConnection } from '../testing/openConnection.ts';
import { counted, everyAction } from './support/everyAction.ts';
import { memoryRuntime, principal } from './support/memoryRuntime.ts';
import { meteredTable } from './support/meteredTable.ts';

const at = figuresWith();
const text = readFileSync(new URL('../docs/costs.md', import.meta.url), 'utf8');

/** People of a client, of whom one acts, and the others follow the client and a channel: what it takes, as it is counted. */
async function audience(receivers: number, { batch = false } = {}) {
  const memory = memoryRuntime();
  const { table, meter } = meteredTable(memory.table);
  const runtime = { ...memory, table };
  const subscribe = { action: 'subscribe', topic: 'orders:acme', ref: 's', payload: {} };
  const open = async (n: number) => {
    const who = { userId: `user-${n}`.padEnd(36, '0'), roles: ['client'], clients: ['acme'] };
    // As long as those of API Gateway.
    const id = `conn-${n}`.padEnd(16, '=');
    const connection = await openConnection(runtime, id, principal(memory, who), {
      batch,
      feeds: ['client:acme'],
    });
    if (n > 0) await connection.ask('s', subscribe);
    return { id, ...connection };
  };
  const sender = await open(0);
  const others: (typeof sender)[] = [];
  for (let n = 1; n <= receivers; n++) others.push(await open(n));
  await memory.clock.advance(60_000);
  const postedTo = () => others.reduce((sum, { id }) => sum + memory.sockets.frames(id).length, 0);
  let asked = 0;
  const act = async (action: string, payload: object, topic?: string) => {
    // Each by itself: what comes just after another one goes out together with it.
    await memory.clock.advance(1_000);
    const ref = `r${++asked}`;
    meter.reset();
    const [before, waiting] = [postedTo(), runtime.queue.waiting().length];
    const { type } = await sender.ask(ref, { action, ref, payload, ...(topic !== undefined && { topic }) });
    expect(type).toBe('ack');
    const { writeUnits: writes, readUnits: reads } = meter;
    const queued = runtime.queue.waiting().length - waiting;
    const bytes = Buffer.byteLength(memory.sockets.frames(others[0]?.id ?? '').at(-1) ?? '');
    return { messages: 2 + postedTo() - before, writes, reads, queued, bytes };
  };
  return {
    async record() {
      await act('interaction.record', { clientId: 'acme', kind: 'call' });
      return act('interaction.record', { clientId: 'acme', kind: 'call' });
    },
    async publish(together: number, size: number) {
      const messages = Array.from({ length: together }, () => 'x'.repeat(size));
      await act('channel.publish', { data: 'x'.repeat(size) }, 'orders:acme');
      return act('channel.publish', { messages }, 'orders:acme');
    },
  };
}

test('the model has the units that are counted, of connections, of what they ask each minute and of the reaper', async () => {
  const all = await counted();
  await everyAction(all);
  const { reaper } = await emptyMinute();
  const numbers = (cost = '') => {
    const [writes, reads] = cost.split(' | ').map(Number);
    return { writes, reads };
  };
  const of = (what: string) => numbers(all.costs.get(`\`${what}\``));
  const one = await counted();
  const heads = { 'user:me': 0, tenant: 0, 'client:acme': 0 };
  await one.ask('carla', 'sync', { heads });
  expect(engine.units).toEqual({
    connect: of('$connect'),
    disconnect: of('$disconnect'),
    hello: of('hello'),
    sync: numbers(one.costs.get('`sync`')),
    reaper: numbers(reaper),
  });
});

async function emptyMinute() {
  const { runtime, note, costs } = await counted({ people: {} });
  for (let minute = 0; minute < 3; minute++) {
    await note('reaper', () => everyMinute(runtime, 50_000));
    await runtime.clock.advance(60_000);
  }
  return { reaper: costs.get('reaper') };
}

test.each([1, 10, 100, 240])('an interaction for %i others takes what the model says', async (receivers) => {
  const { messages, writes, reads, bytes } = await (await audience(receivers)).record();
  const made = changeUse({ receivers, together: 1, bytes }, false, at);
  expect({ messages, writes, reads }).toEqual({
    messages: made.messages,
    writes: made.writes,
    reads: made.reads,
  });
});

test.each([
  [1, 100, true],
  [5, 100, true],
  [5, 100, false],
  [20, 1_000, true],
  [20, 1_000, false],
  [50, 500, true],
  [3, 9_000, true],
])(
  'a change of %i events of %i bytes takes what the model says, in batches: %s',
  async (together, size, batch) => {
    const people = await audience(10, { batch });
    const bytes = (await people.publish(1, size)).bytes;
    const { messages, writes } = await people.publish(together, size);
    const made = changeUse({ receivers: 10, together, bytes }, batch, at);
    expect({ messages, writes }).toEqual({ messages: made.messages, writes: made.writes });
  },
);

test.each([
  [250, 1],
  [300, 1],
  [500, 1],
  [501, 1],
  [600, 3],
  [100, 3],
])(
  'an audience of %i gets %i events of a change through as many units of the queue as the model says',
  async (receivers, together) => {
    const { queued } = await (await audience(receivers)).publish(together, 100);
    const made = changeUse({ receivers, together, bytes: 300 }, false, at);
    expect({ queued }).toEqual({ queued: made.queueRequests / 3 });
  },
);

test('an audience of 1,000 is read in as many units as the model says', async () => {
  const { reads } = await (await audience(1_000)).record();
  expect(reads).toBe(changeUse({ receivers: 1_000, together: 1, bytes: 300 }, false, at).reads);
});

/** Messages that changes at random times make, each of them sent at once or out of a window. */
function messagesOf(perSecond: number, changes: number): number {
  const random = seededRandom(1);
  let [now, former, closesAt, messages] = [0, -1, -1, 0];
  for (let change = 0; change < changes; change++) {
    now -= Math.log(1 - random.fraction()) / perSecond;
    const isBusy = now - former < engine.batchMs / 1_000;
    const isGathered = isBusy && now < closesAt;
    if (isBusy && !isGathered) closesAt = now + engine.batchMs / 1_000;
    if (!isGathered) messages++;
    former = now;
  }
  return messages;
}

test.each([0.1, 2, 10, 50, 200])(
  'of %d changes a second on a topic, the model makes as many messages as batch windows do',
  (perSecond) => {
    const { frames } = windowsOf({ together: 1, bytes: 300, receivers: 99, events: (perSecond * 60) / 100 });
    expect(frames / (messagesOf(perSecond, 100_000) / 100_000)).toBeCloseTo(1, 1);
  },
);

test('the model has the limits and the pace of the engine, the client and the stage', () => {
  const { deliveryConcurrency, throttle } = parseStageConfig(features, 'dev', {}, 'cdk.json');
  const { batchMs } = memoryRuntime().settings;
  expect(engine).toMatchObject({ batchBytes: maxAnswerBytes, syncSeconds: syncEveryMs / 1_000, batchMs });
  expect(at).toMatchObject({ deliveryConcurrency, throttle: throttle.ratePerSecond });
});

test.each([
  ['core/delivery/fanOut.ts', /parallelPosts = (\d+)/, engine.parallelPosts],
  ['adapters/apigateway/fastPosts.ts', /connections = (\d+)/, engine.deliveryLanes],
  ['lib/functions/engineFunction.ts', /message: ([\d_]+)/, 1_024 * at.memoryGb],
  ['lib/functions/engineFunction.ts', /deliver: ([\d_]+)/, 1_024 * at.deliveryMemoryGb],
  ['lib/functions/engineFunction.ts', /disconnect: ([\d_]+)/, 1_024 * at.disconnectMemoryGb],
])('the model has what %s says and does not export', (file, pattern, value) => {
  const [, said = ''] = pattern.exec(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')) ?? [];
  expect(Number(said.replace('_', ''))).toBe(value);
});

test('the model has the processor times that docs/operating.md says were measured', () => {
  const operating = readFileSync(new URL('../docs/operating.md', import.meta.url), 'utf8');
  const rows = [...operating.matchAll(/^\| `(\w+)`(?:, [^|]*)? \| \d+ ms \| \d+ ms \| ([\d.]+) ms \|/gm)];
  const measured = Object.fromEntries(rows.map(([, name = '', ms]) => [name, Number(ms)]));
  const { authorizeCpuMs, connectCpuMs, disconnectCpuMs, reapCpuMs, changeCpuMs, postCpuMs } = at;
  expect(measured).toMatchObject({
    authorize: authorizeCpuMs,
    connect: connectCpuMs,
    disconnect: disconnectCpuMs,
    reap: reapCpuMs,
    deliver: 500 * postCpuMs,
  });
  expect(changeCpuMs + 10 * postCpuMs).toBeCloseTo(measured.message ?? 0, 0);
});

test('the model has the age at which connections are replaced', async () => {
  const ages: number[] = [];
  for (const fraction of [0, 1]) {
    const memory = memoryRuntime();
    const runtime = { ...memory, random: { ...memory.random, fraction: () => fraction } };
    const connection = await openConnection(runtime, 'c', principal(memory));
    const { payload } = await connection.ask('h', { action: 'hello', ref: 'h', payload: { v: 1 } });
    ages.push((payload as { rotateAfterMs: number }).rotateAfterMs);
  }
  const [least = 0, most = 0] = ages;
  expect(engine.rotateSeconds).toBe((least + most) / 2_000);
});

test('docs/costs.md has the prices of the model', () => {
  const price = (value: number) => `$${value < 1 ? value : value.toFixed(2)}`;
  for (const name of ['message', 'minute', 'write', 'read'] as const) {
    expect(text).toContain(price(figures[name].value));
  }
  const empty = billOf(emptyUse(at), at);
  const [, said] = /That is about \$(\d\.\d\d) a month/.exec(text) ?? [];
  // The document's sum has lines of the log, which the model leaves out.
  expect(Number(said)).toBeCloseTo(empty.total, 1);
  expect(Number(said)).toBeGreaterThanOrEqual(empty.total);
});

const workloadOf = (connections: number): Workload => ({
  ...{ connections, events: 0.5, receivers: 10 },
  ...{ together: 5, bytes: 300, hours: 24 },
});

/** What docs/costs.md shows of the model. */
function table(): string {
  const made = [10_000, 100_000, 1_000_000].map((connections) => estimateOf(workloadOf(connections), at));
  const both = (of: (sent: Sent) => string) =>
    made.map(({ single, batched }) => `${of(single)} → ${of(batched)}`);
  const share = ({ requests }: Sent) => `${count((100 * requests) / at.requests)} %`;
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['connections', made.map(({ workload }) => count(workload.connections))],
    ['---', made.map(() => '---')],
    ['an hour', both(({ hour }) => usd(hour.usd))],
    ['of the quota of requests', both(share)],
    ['a month', both(({ month }) => usd(month.total))],
    ['of it messages', both(({ month }) => usd(month.messages))],
    ['of it connection minutes', both(({ month }) => usd(month.minutes))],
    ['of it DynamoDB', both(({ month }) => usd(month.writes + month.reads))],
    ['of it Lambda', both(({ month }) => usd(month.lambda))],
    ['a change for all: it takes', both(({ broadcast }) => duration(broadcast.seconds))],
    ['and costs', both(({ broadcast }) => usd(broadcast.usd))],
    ['all lost: back after', made.map(({ storm }) => duration(storm.seconds))],
    ['and costs', made.map(({ storm }) => usd(storm.usd))],
    ['connections and messages at AppSync Events, a month', made.map(({ appsync }) => usd(appsync.month))],
    ['a change for all there', made.map(({ appsync }) => duration(appsync.broadcastSeconds))],
    ['connections and messages at IoT Core, a month', made.map(({ iot }) => usd(iot.month))],
    ['a change for all there', made.map(({ iot }) => duration(iot.broadcastSeconds))],
  ];
  return rows.map(([what, cells]) => `| ${[what, ...cells].join(' | ')} |`).join('\n');
}

test('docs/costs.md shows what the model says of 10,000, 100,000 and 1,000,000 connections', () => {
  expect(text).toContain(table());
});

test.each([9_979, 9_980])(
  'three events of %i bytes are as many messages as the model says',
  async (bytes) => {
    const besides = (await (await audience(1, { batch: true })).publish(1, 100)).bytes - 100;
    const { messages } = await (await audience(1, { batch: true })).publish(3, bytes - besides);
    expect(messages).toBe(changeUse({ receivers: 1, together: 3, bytes }, true, at).messages);
  },
);

test('docs/costs.md has the formula of batches, and what a connection without events costs', () => {
  const room = engine.batchBytes - engine.batchFrameBytes;
  expect(text).toContain(`⌈k / ⌊${count(room)} / (b + 1)⌋⌉`);
  const { quiet } = estimateOf(workloadOf(1), at);
  expect(text).toContain(`costs ${usd(quiet.total)} a month, of it ${usd(quiet.minutes)} to be open`);
});

test('a batch is filled to 30 KB, and one event is one message', () => {
  expect([1, 2, 50].map((together) => framesOf({ together, bytes: 20_000 }, true))).toEqual([1, 2, 50]);
  expect([1, 2, 50].map((together) => framesOf({ together, bytes: 300 }, true))).toEqual([1, 1, 1]);
  expect(framesOf({ together: 50, bytes: 300 }, false)).toBe(50);
});
