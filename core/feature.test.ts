import { action, contract, topic } from '@tidings/protocol';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { feature } from './feature.ts';
import { topicKind } from './topics.ts';

const deskContract = contract({
  topics: {
    desk: topic({ id: { shape: 'id', example: 'front' }, who: 'everybody', documentation: 'A desk.' }),
  },
  actions: {
    'desk.open': action({
      roles: 'any',
      payload: z.object({}),
      answer: z.object({}),
      documentation: 'Opens it.',
    }),
  },
});
const kindOf = (name: string) => topicKind({ name, maySubscribe: () => true, initial: {} });
const actions = { 'desk.open': async () => ({}) };
const desk = kindOf('desk');

test('a feature is about the topics and actions of its contract', () => {
  const { topics, actions: handlers } = feature({
    name: 'desks',
    contract: deskContract,
    actions,
    topics: [desk],
  });
  expect(topics).toEqual([desk]);
  expect(handlers.map(({ name }) => name)).toEqual(['desk.open']);
});

test.each([
  ['only in its contract', [], 'are (desk, with ids), of its behaviour ()'],
  ['only in its behaviour', [desk, kindOf('chair')], 'of its behaviour (chair, with ids; desk, with ids)'],
  ['without ids in one of them', [{ ...desk, id: 'none' as const }], 'of its behaviour (desk)'],
])('a kind of topic that is %s is refused at start, and named', (_what, topics, said) => {
  const make = () => feature({ name: 'desks', contract: deskContract, actions, topics });
  expect(make).toThrow('feature desks: the topics of its contract');
  expect(make).toThrow(said);
});

test('an action without behaviour is refused at start, and named', () => {
  const none = {} as typeof actions;
  expect(() => feature({ name: 'desks', contract: deskContract, actions: none, topics: [desk] })).toThrow(
    'feature desks: the actions of its contract are (desk.open), of its behaviour ()',
  );
});
