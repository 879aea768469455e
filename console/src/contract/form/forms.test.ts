import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../jsonSchema.ts';
import { type ActionView, readContract } from '../readContract.ts';
import { checkDraft, checkText, checkValue, wholeDraftOf } from './check.ts';
import { draftOf, filledOf } from './draft.ts';
import { exampleDraft } from './example.ts';
import { type FormNode, formNode } from './formNode.ts';

const document = JSON.parse(readFileSync(new URL('../../../../docs/asyncapi.json', import.meta.url), 'utf8'));
const contract = readContract(document);
const action = (name: string): ActionView => {
  const found = contract.actions.find((one) => one.name === name);
  if (!found) throw new Error(`the contract has no ${name}`);
  return found;
};
const formOf = (name: string) => formNode(action(name).payload);
const pathsOf = (node: FormNode, value: unknown) =>
  checkDraft(node, draftOf(node, value), 'payload').problems.map(
    ({ path, message }) => `${path}: ${message}`,
  );

test('every action of the contract is read, with who may call it', () => {
  const received = Object.entries<{ action: string }>(document.operations)
    .filter(([name, one]) => one.action === 'receive' && name !== 'ping')
    .map(([name]) => name);
  expect(contract.actions.map(({ name }) => name)).toEqual(received.toSorted());
  expect(action('alert.raise')).toMatchObject({
    roles: ['msp', 'service'],
    httpPath: '/actions/alert.raise',
  });
  expect(action('subscribe')).toMatchObject({ roles: 'any', group: 'connection' });
});

test('every kind of topic is read, with who may subscribe', () => {
  const room = contract.kinds.find(({ address }) => address === 'room:<id>');
  expect(room).toMatchObject({ kind: 'room', who: 'anyone of the tenant', presence: true, history: true });
  expect(contract.kinds.map(({ address }) => address)).toContain('client:*');
});

describe.each(contract.actions.map((one) => [one.name, one] as const))('%s', (_, one) => {
  const node = formNode(one.payload);

  test('has a form that holds the contract’s example, which is valid', () => {
    const draft = exampleDraft(node, one);
    expect(checkDraft(node, draft, 'payload')).toEqual({ value: one.example.payload, problems: [] });
  });

  test('says of each field that has to be there that it is missing', () => {
    const expected = (one.payload.required ?? []).map((name) => ({
      path: `payload.${name}`,
      message: 'is missing',
    }));
    expect(checkValue(node, {}, 'payload')).toEqual(expected);
  });
});

describe('what is wrong is said at its field', () => {
  test.each([
    ['room.send', { body: '' }, 'payload.body: must not be empty'],
    ['room.send', { body: 'x'.repeat(31_001) }, 'payload.body: must have at most 31,000 characters'],
    [
      'interaction.record',
      { clientId: 'a b', kind: 'login' },
      'payload.clientId: must match ^[A-Za-z0-9_-]{1,64}$',
    ],
    ['interaction.record', { clientId: 'acme', kind: 'login', by: 0 }, 'payload.by: must be at least 1'],
    [
      'interaction.record',
      { clientId: 'acme', kind: 'login', by: 'many' },
      'payload.by: must be a whole number',
    ],
    ['engagement.update', { clientId: 'acme', score: 101 }, 'payload.score: must be at most 100'],
    [
      'queue.book',
      { date: '2026-02-30', doctorId: 'd', patientId: 'p', at: '09:30' },
      'payload.date: must be a date',
    ],
    [
      'alert.raise',
      { to: { clientId: '?' }, severity: 'info', title: 'T' },
      'payload.to.clientId: must match',
    ],
    [
      'alert.raise',
      { to: { tenant: true }, severity: 'bad', title: 'T' },
      'payload.severity: must be one of "info"',
    ],
    [
      'hello',
      { v: 1, subs: [{ topic: 'tenant' }, { topic: 'x'.repeat(81) }] },
      'payload.subs.1.topic: must have at',
    ],
    [
      'hello',
      { v: 1, subs: [{ topic: 'tenant', since: { seq: -1 } }] },
      'payload.subs.0.since.seq: must be at',
    ],
    ['sync', { heads: { tenant: -1 } }, 'payload.heads.tenant: must be at least 0'],
  ])('%s %#', (name, value, problem) => {
    expect(pathsOf(formOf(name), value)).toEqual([expect.stringContaining(problem)]);
  });

  test('of a union only the option that was chosen is judged', () => {
    const node = formOf('alert.raise');
    const draft = draftOf(node, { to: { userId: 'carla' }, severity: 'info', title: 'T' });
    const chosen = { ...draft, fields: { ...draft.fields, to: { option: 3, options: {} } } };
    expect(checkDraft(node, chosen, 'payload').problems).toEqual([
      { path: 'payload.to.userId', message: 'is missing' },
    ]);
  });

  test('a field of the contract that was typed by another name is found where nothing else may be', () => {
    expect(
      checkValue(
        formOf('alert.raise'),
        { to: { tenant: true, x: 1 }, severity: 'info', title: 'T' },
        'payload',
      ),
    ).toEqual([{ path: 'payload.to.x', message: 'is not a field of the contract' }]);
  });

  test('free JSON that is half typed is marked, and nothing else', () => {
    const node = formOf('job.submit');
    const draft = { fields: { kind: { text: 'translate' }, input: { text: '{"text": ' } } };
    expect(checkDraft(node, draft, 'payload').problems).toEqual([
      { path: 'payload.input', message: expect.stringMatching(/^is no JSON: /) },
    ]);
  });
});

describe('a text in the place of the form', () => {
  const node = formOf('alert.raise');
  const value = { to: { userId: 'carla' }, severity: 'critical', title: 'T', dedupeKey: '' };

  test('goes into the form and back as it was, with what is sent empty', () => {
    const draft = wholeDraftOf(node, value);
    expect(draft && filledOf(node, draft).value).toEqual(value);
  });

  test('keeps fields that the contract does not name', () => {
    const more = { ...value, newer: [1] };
    const draft = wholeDraftOf(node, more);
    expect(draft && filledOf(node, draft).value).toEqual(more);
  });

  test.each([
    ['a number for a text', { ...value, title: 7 }],
    ['a list for an object', { ...value, to: [] }],
    ['null for an object', null],
  ])('%s stays a text, since the form cannot hold it', (_, wrong) => {
    expect(wholeDraftOf(node, wrong)).toBeUndefined();
  });

  test('is judged as the form is, and says where it is no JSON', () => {
    expect(checkText(node, JSON.stringify({ ...value, title: '' }), 'payload').problems).toEqual([
      { path: 'payload.title', message: 'must not be empty' },
    ]);
    expect(checkText(node, '{', 'payload').problems).toEqual([
      { path: 'payload', message: expect.stringMatching(/^is no JSON: /) },
    ]);
  });
});

describe('a form of any schema', () => {
  const kindsOf = (schema: JsonSchema) => formNode(schema).kind;

  test('has a field for each type, and free JSON for what has none', () => {
    expect(kindsOf({ type: 'string' })).toBe('text');
    expect(kindsOf({ type: ['string', 'null'] })).toBe('union');
    expect(kindsOf({ type: 'object', additionalProperties: { type: 'integer' } })).toBe('record');
    expect(kindsOf({ type: 'object', additionalProperties: {} })).toBe('json');
    expect(kindsOf({ type: 'array', items: [{ type: 'string' }] })).toBe('json');
    expect(kindsOf({})).toBe('json');
  });

  test('a time of day and a date are told by their patterns', () => {
    expect(formNode({ type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' })).toMatchObject({
      input: 'time',
    });
    expect(formNode({ type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' })).toMatchObject({ input: 'date' });
    expect(formNode({ type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' })).toMatchObject({ input: 'line' });
  });

  test('either of several types goes in and comes out as it was', () => {
    const node = formNode({
      type: 'object',
      properties: { note: { type: ['string', 'null'] }, n: { type: ['number', 'null'] } },
    });
    for (const value of [{ note: null, n: 1.5 }, { note: 'null', n: null }, {}]) {
      expect(checkDraft(node, draftOf(node, value), '')).toEqual({ value, problems: [] });
    }
  });

  test('what is empty is left out, unless it is asked for', () => {
    const node = formNode({
      type: 'object',
      properties: { note: { type: 'string' }, ids: { type: 'array', items: {} } },
    });
    const empty = { fields: { note: { text: '' }, ids: { items: [] } } };
    expect(filledOf(node, empty).value).toEqual({});
    const asked = {
      fields: { note: { text: '', isSentEmpty: true }, ids: { items: [], isSentEmpty: true } },
    };
    expect(filledOf(node, asked).value).toEqual({ note: '', ids: [] });
  });
});
