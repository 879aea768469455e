import { expect, test } from 'vitest';
import type { Frame } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant: ownTenant } = ownStack();
const minuteMs = 60_000;
const translate = (text: string, to = 'es') => ({ payload: { kind: 'translate', input: { text, to } } });
const carla = { user: 'carla', roles: ['client'], clients: ['acme'] } as const;

test('a job is acknowledged at once with its kind, and its result comes on all devices of the user', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const second = await tenant.staff('ann');
  const other = await tenant.staff('otto');
  const ack = await ann.ask('job.submit', translate('hello world'));
  expect(ack.payload).toEqual({ jobId: expect.any(String), kind: 'translate', status: 'queued' });
  const { jobId } = ack.payload;
  for (const device of [ann, second]) {
    const result = await device.type('job.result');
    expect(result).toMatchObject({ topic: 'user:me', seq: 1, payload: { jobId, status: 'done' } });
    expect(result.payload.output).toMatchObject({ text: 'hola mundo', to: 'es', note: expect.any(String) });
    expect(device.of('job.progress')[0]).toMatchObject({
      topic: 'user:me',
      payload: { jobId, status: 'running', progress: 0 },
    });
    expect(device.of('job.progress')[0]).not.toHaveProperty('seq');
  }
  await other.settled();
  expect([...other.of('job.result'), ...other.of('job.progress')]).toEqual([]);
});

test('who was away when a job ended finds the result when it comes back', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const { epoch, seq } = (await ann.ask('subscribe', { topic: 'user:me' })).payload;
  const submitted = await tenant.http({ user: 'ann', roles: ['msp'] }, 'POST', '/actions/job.submit', {
    ref: 'j',
    ...translate('hello', 'Spanish'),
  });
  await ann.close();
  const { jobId } = (submitted.body as Frame).payload;
  const back = await tenant.staff('ann');
  await expect
    .poll(async () => (await back.ask('job.get', { payload: { jobId: jobId as string } })).payload.status)
    .toBe('done');
  const caughtUp = await back.ask('subscribe', {
    topic: 'user:me',
    payload: { since: { epoch: epoch as string, seq: seq as number } },
  });
  expect(caughtUp.payload).toMatchObject({
    recovered: true,
    events: [{ type: 'job.result', payload: { jobId, output: { text: 'hola' } } }],
  });
});

test('a repeat of the ref is the same job, and there is one result', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const ask = { ref: 'once', ...translate('hello') };
  const first = await ann.ask('job.submit', ask);
  await ann.type('job.result');
  const second = await ann.ask('job.submit', ask);
  expect(second.payload).toEqual({ ...first.payload, dup: true });
  const next = await ann.ask('job.submit', translate('goodbye'));
  await ann.until(({ type, payload }) => type === 'job.result' && payload.jobId === next.payload.jobId);
  expect(ann.of('job.result').map((frame) => frame.seq)).toEqual([1, 2]);
  expect((await ann.ask('job.submit', { ...ask, ...translate('other') })).payload.code).toBe('conflict');
});

test('a job is its owner’s alone', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const { jobId } = (await ann.ask('job.submit', translate('hello'))).payload as { jobId: string };
  await ann.type('job.result');
  const own = await ann.ask('job.get', { payload: { jobId } });
  expect(own.payload).toMatchObject({ jobId, kind: 'translate', status: 'done', output: { text: 'hola' } });
  const strangers = [await tenant.staff('otto'), await newTenant().staff('ann')];
  for (const stranger of strangers) {
    expect((await stranger.ask('job.get', { payload: { jobId } })).payload.code).toBe('not_found');
  }
});

test('a kind that is not there, a wrong input and a missing role are refused before anything is queued', async () => {
  const tenant = newTenant();
  const user = await tenant.connect(carla);
  const submit = (kind: string, input: object) =>
    user.ask('job.submit', { payload: { kind, input: { ...input } } });
  expect((await submit('nothing', {})).payload).toMatchObject({
    code: 'validation_failed',
    details: [{ path: 'payload.kind' }],
  });
  expect((await submit('translate', { text: 7 })).payload).toMatchObject({
    code: 'validation_failed',
    details: [{ path: 'payload.input.text' }, { path: 'payload.input.to' }],
  });
  expect((await submit('engagement.report', {})).payload.code).toBe('forbidden');
  const staff = await tenant.staff();
  const impossible = { kind: 'engagement.report', input: { from: '2026-02-30' } };
  expect((await staff.ask('job.submit', { payload: impossible })).payload).toMatchObject({
    code: 'validation_failed',
    details: [{ path: 'payload.input.from' }],
  });
});

test('a job that cannot be done ends in a failed result that says why', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  await ann.ask('job.submit', translate('hello', 'tlh'));
  expect((await ann.type('job.result')).payload).toMatchObject({
    status: 'failed',
    error: { code: 'validation_failed', message: expect.stringContaining('tlh') },
  });
});

test('a message that is delivered twice does the job once', async () => {
  const own = ownTenant();
  const ann = await own.staff('ann');
  stack().faults.inject({ op: 'deliver', outcome: 'double', count: 1 });
  await ann.ask('job.submit', translate('hello'));
  await ann.type('job.result');
  await stack().clock.advance(1000);
  await ann.settled();
  expect(ann.of('job.result')).toHaveLength(1);
  expect(ann.of('job.progress')).toHaveLength(1);
});

test('a job whose message was lost is done all the same, some minutes later', async () => {
  const own = ownTenant();
  const ann = await own.staff('ann');
  stack().faults.inject({ op: 'deliver', outcome: 'error', count: 1 });
  await ann.ask('job.submit', translate('hello'));
  await expect.poll(() => stack().faults.list()).toEqual([]);
  // Its message is hidden for twelve minutes now; whoever looks after jobs is quicker.
  await stack().clock.advance(4 * minuteMs);
  expect((await ann.type('job.result')).payload).toMatchObject({ status: 'done' });
});

test('the report adds up what happened with each client, by day, as JSON and as CSV', async () => {
  const own = ownTenant();
  const staff = await own.staff();
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const record = (clientId: string, kind: string, by: number) =>
    staff.ask('interaction.record', { payload: { clientId, kind, by } });
  await record('acme', 'login', 3);
  await record('acme', 'call', 1);
  await record('globex', 'login', 2);
  await staff.ask('engagement.update', { payload: { clientId: 'acme', status: 'active', score: 80 } });
  const { nowMs } = await stack().state();
  const today = day(nowMs);
  await staff.ask('job.submit', { payload: { kind: 'engagement.report', input: { from: today } } });
  const { output } = (await staff.type('job.result')).payload as { output: { csv: string } };
  expect(output).toMatchObject({
    period: { from: today, to: today },
    covers: { complete: true },
    totals: { interactions: 6, updates: 1, byKind: { login: 5, call: 1 }, clients: { active: 2, quiet: 0 } },
    clients: [
      { clientId: 'acme', status: 'active', score: 80, interactions: 4, updates: 1 },
      { clientId: 'globex', status: null, interactions: 2, byKind: { login: 2 } },
    ],
    days: [{ date: today, interactions: 6, updates: 1 }],
  });
  expect(output.csv.split('\n')).toEqual([
    'scope,name,interactions,updates',
    'total,,6,1',
    'client,acme,4,1',
    'client,globex,2,0',
    `day,${today},6,1`,
  ]);
});
