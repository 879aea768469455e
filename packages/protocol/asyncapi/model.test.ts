import { expect, test } from 'vitest';
import * as z from 'zod';
import { actions, contracts, events } from '../../../test/support/appContracts.ts';
import { action, described, event } from '../src/contract.ts';
import { fieldTable } from './fieldTable.ts';
import { fieldsOf, isDocumented, type JsonSchema, jsonSchemaOf } from './jsonSchema.ts';
import { contractModel } from './model.ts';

const model = contractModel(contracts);
const frames = [
  ...model.actions.flatMap(({ request, answer }) => [request, answer]),
  ...model.events,
  ...model.controls,
  model.ping,
];
function accepts(schema: JsonSchema, value: unknown): boolean {
  return z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema).safeParse(value).success;
}

const sample = (payload: z.core.$ZodObject) =>
  contractModel([
    {
      actions: {
        'sample.do': action({
          roles: 'any',
          payload: payload as never,
          answer: z.object({}) as never,
          documentation: 'A sample.',
        }),
      },
    },
  ]);

test('every field of every action and event says what it is for', () => {
  const undocumented = frames
    .flatMap(({ name, schema }) => fieldsOf(schema.properties?.payload ?? {}, `${name}: payload`))
    .filter((field) => !isDocumented(field))
    .map(({ path }) => path);
  expect(undocumented, 'describe these in their schemas, with described(…)').toEqual([]);
  expect([...actions.values(), ...events.values()].filter(({ documentation }) => !documentation)).toEqual([]);
});

test('a field without a description is found, however deep it is', () => {
  const schema = jsonSchemaOf(
    z.object({
      list: z.array(z.object({ bare: z.number() })),
      of: z.record(z.string(), z.object({ too: z.null() })),
    }) as never,
  );
  const bare = fieldsOf(schema, 'p').filter((field) => !isDocumented(field));
  expect(bare.map(({ path }) => path)).toEqual(['p.list', 'p.list[].bare', 'p.of', 'p.of.*.too']);
});

test.each(frames.map((frame) => [frame.name, frame] as const))('the examples of %s are valid', (_, frame) => {
  expect(frame.examples.length).toBeGreaterThan(0);
  for (const example of frame.examples) {
    expect(accepts(frame.schema, example), JSON.stringify(example)).toBe(true);
  }
});

test('a frame that is wrong is refused by its schema', () => {
  const request = model.actions.find(({ name }) => name === 'interaction.record')?.request;
  if (!request) throw new Error('no interaction.record');
  const payload = { clientId: 'acme', kind: 'login' };
  const frame = { action: 'interaction.record', ref: '1', payload };
  expect(accepts(request.schema, { ...frame, later: true })).toBe(true);
  expect(accepts(request.schema, { ...frame, action: 'other' })).toBe(false);
  expect(accepts(request.schema, { ...frame, ref: '' })).toBe(false);
  expect(accepts(request.schema, { ...frame, payload: { ...payload, clientId: 'a b' } })).toBe(false);
  expect(accepts(request.schema, { ...frame, payload: { ...payload, by: 1001 } })).toBe(false);
  expect(accepts(request.schema, { action: 'interaction.record' })).toBe(false);
});

test('a topic that the action or the event does not have is refused by its schema', () => {
  const room = model.actions.find(({ name }) => name === 'room.send')?.request;
  const message = model.events.find(({ name }) => name === 'message');
  const subscribe = model.actions.find(({ name }) => name === 'subscribe')?.request;
  if (!room || !message || !subscribe) throw new Error('a contract is gone');
  const send = (topic: string) => ({ action: 'room.send', topic, payload: { body: 'x' } });
  expect(
    [send('room:a'), send('client:a'), send('room:a b')].map((one) => accepts(room.schema, one)),
  ).toEqual([true, false, false]);
  const [example] = message.examples;
  expect(accepts(message.schema, { ...example, topic: 'tenant' })).toBe(false);
  const join = (topic: string) => accepts(subscribe.schema, { action: 'subscribe', topic });
  expect(['user:me', 'client:*', 'client:x', 'queue:2026-01-01', 'tenant'].map(join)).not.toContain(false);
  expect(['user:ann', 'client:', 'tenant:x', 'clients', 'xmsp'].map(join)).not.toContain(true);
});

test('a check that JSON Schema cannot say is met by the example', () => {
  const either = z
    .object({ a: z.string().optional(), b: z.string().optional() })
    .refine(({ a, b }) => (a === undefined) !== (b === undefined));
  expect(sample(either).actions[0]?.request.examples).toEqual([
    { action: 'sample.do', ref: '1', payload: { a: 'a-1' } },
  ]);
});

test('a contract that no example is found for has to bring one', () => {
  const odd = z.object({ code: z.string().regex(/^Q{3}$/) });
  expect(() => sample(odd)).toThrow('no example of code');
  const refined = z.object({ n: z.number() }).refine(() => false);
  expect(() => sample(refined)).toThrow('no example of the sample.do payload is valid');
  const given = z.object({
    code: z
      .string()
      .regex(/^Q{3}$/)
      .meta({ examples: ['QQQ'] }),
  });
  expect(sample(given).actions[0]?.request.examples).toMatchObject([{ payload: { code: 'QQQ' } }]);
});

test('a payload of several forms may be any of them, and its table has the fields of all', () => {
  const a = z.object({
    a: described(z.string() as never, 'First.'),
    n: described(z.number() as never, 'N.'),
  });
  const b = z.object({
    b: described(z.string() as never, 'Second.'),
    n: described(z.number() as never, 'N.'),
  });
  const payload = z.union([a, b]) as never;
  const contract = { mode: 'log', topics: ['msp'], payload, documentation: 'A sample.' } as const;
  const [frame] = contractModel([{ events: { sample: event(contract) } }]).events;
  if (!frame) throw new Error('no event');
  const table = fieldTable(frame.schema.properties?.payload);
  const optional = ['`a`', '`b`'].map((name) => table?.includes(`| ${name} | string | optional |`));
  expect(optional).toEqual([true, true]);
  expect(table).toContain('| `n` | number | required |');
});

test('an event in the log has a position and an ephemeral one has none', () => {
  const payload = z.object({ n: described(z.number() as never, 'A number.') }) as never;
  const shared = { topics: ['room:<id>'], payload, documentation: 'A sample.' };
  const [kept, passing] = contractModel([
    { events: { kept: event(shared), passing: event({ ...shared, mode: 'ephemeral' }) } },
  ]).events;
  expect(kept?.schema.required).toEqual(
    expect.arrayContaining(['topic', 'epoch', 'seq', 'id', 'from', 'ts']),
  );
  expect(passing?.schema.required).toEqual(['type', 'topic', 'id', 'ts', 'payload']);
  expect(passing?.schema.properties).not.toHaveProperty('seq');
  expect(passing?.examples[0]).not.toHaveProperty('epoch');
});
