import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exampleDraft } from '../contract/form/example.ts';
import { formNode } from '../contract/form/formNode.ts';
import { readContract } from '../contract/readContract.ts';
import { addressesFor } from '../topics/kinds.ts';
import { checkRequest } from './checkRequest.ts';
import type { RequestDraft } from './useRequestDraft.ts';

const contract = readContract(
  JSON.parse(readFileSync(new URL('../../../docs/asyncapi.json', import.meta.url), 'utf8')),
);

function check(name: string, changed: Partial<RequestDraft> = {}) {
  const action = contract.actions.find((one) => one.name === name);
  if (!action) throw new Error(`the contract has no ${name}`);
  const node = formNode(action.payload);
  const draft: RequestDraft = {
    topic: action.example.topic ?? '',
    ref: 'r-1',
    via: 'http',
    payload: { form: exampleDraft(node, action) },
    ...changed,
  };
  return checkRequest(action, addressesFor(contract, action), draft, node);
}

test.each(contract.actions.map(({ name }) => name))('the example of %s is a request', (name) => {
  const { request, problems } = check(name);
  expect(problems).toEqual([]);
  expect(request).toMatchObject({ action: name, ref: 'r-1' });
});

test('an action of the connection goes over the socket, whatever was chosen', () => {
  expect(check('subscribe').request?.via).toBe('socket');
  expect(check('room.send').request?.via).toBe('http');
});

test('a topic that is none of the action’s says which there are', () => {
  expect(check('presence.set', { topic: 'pets:rex' }).problems).toEqual([
    { path: 'topic', message: 'must be room:<id> or orders:<id>' },
  ]);
  expect(check('room.send', { topic: '' })).toEqual({ problems: [{ path: 'topic', message: 'is missing' }] });
});

test('no ref, and one that is too long, are marked', () => {
  for (const ref of ['', 'r'.repeat(65)]) {
    expect(check('stats', { ref }).problems).toEqual([
      { path: 'ref', message: 'must have 1 to 64 characters' },
    ]);
  }
});

test('a text in the place of the form is what counts', () => {
  const payload = { form: {}, json: '{"body":"typed as JSON"}' };
  expect(check('room.send', { payload }).request?.payload).toEqual({ body: 'typed as JSON' });
  expect(check('room.send', { payload: { form: {}, json: '{' } }).problems[0]?.path).toBe('payload');
});
