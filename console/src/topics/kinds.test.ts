import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readContract } from '../contract/readContract.ts';
import { addressesFor, feedsOf, findTopic, topicOf, whyUnknown } from './kinds.ts';

const contract = readContract(
  JSON.parse(readFileSync(new URL('../../../docs/asyncapi.json', import.meta.url), 'utf8')),
);

test.each([
  ['room:lobby', 'room:<id>'],
  ['user:me', 'user:me'],
  ['tenant', 'tenant'],
  ['client:*', 'client:*'],
  ['queue:2026-03-02', 'queue:<YYYY-MM-DD>'],
])('%s is of the kind %s', (name, address) => {
  expect(findTopic(contract, name)?.view.address).toBe(address);
});

test.each([
  ['pets:rex', /no kind of topic "pets"\. There are .*room:<id>/],
  ['room', /is no topic of the kind room: room:<id> with/],
  ['queue:tomorrow', /queue:<YYYY-MM-DD> with/],
])('%s is no topic, and it is said which there are', (name, words) => {
  expect(findTopic(contract, name)).toBeUndefined();
  expect(whyUnknown(contract, name)).toMatch(words);
});

test('an action says which topics it takes', () => {
  const addresses = (name: string) => {
    const action = contract.actions.find((one) => one.name === name);
    return action && addressesFor(contract, action);
  };
  expect(addresses('room.send')).toEqual(['room:<id>']);
  expect(addresses('presence.set')).toEqual(['room:<id>', 'orders:<id>']);
  expect(addresses('stats')).toEqual([]);
});

test('feeds are those of the roles and of the own clients', () => {
  expect(feedsOf(contract, ['client'], ['acme', 'corp'])).toEqual([
    'user:me',
    'tenant',
    'client:acme',
    'client:corp',
  ]);
  expect(feedsOf(contract, ['msp'], [])).toEqual(['user:me', 'tenant', 'msp', 'client:*']);
});

test.each([
  ['user:me', ['user']],
  ['tenant', ['tenant']],
  ['client:*', ['client:*']],
  ['room:lobby', ['room', 'lobby']],
])('the client knows %s as %j', (name, expected) => {
  const asked: unknown[] = [];
  topicOf({ topic: (...parts: unknown[]) => asked.push(...parts) } as never, name);
  expect(asked).toEqual(expected);
});
