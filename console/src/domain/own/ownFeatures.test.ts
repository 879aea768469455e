import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ContractView, readContract } from '../../contract/readContract.ts';
import { ownFeatures } from './ownFeatures.ts';

const ours = readContract(
  JSON.parse(readFileSync(new URL('../../../../docs/asyncapi.json', import.meta.url), 'utf8')),
);

const shown = (app: ContractView) =>
  ownFeatures(app).map(({ name, title, actions, kinds, events }) => ({
    name,
    title,
    actions: actions.map((one) => one.name),
    kinds: kinds.map(({ address }) => address),
    events: events.map(({ type }) => type),
  }));

const action = (name: string, group = 'domain') => ({ name, group, roles: 'any' });
const kind = (address: string) => ({ kind: address.split(':')[0], address });
const event = (type: string, ...topics: string[]) => ({ type, topics });
const made = (parts: object) => ({ actions: [], kinds: [], events: [], ...parts }) as unknown as ContractView;

test('of this app’s own contract, messages and channels are what no page knows', () => {
  expect(shown(ours)).toEqual([
    {
      name: 'channel',
      title: 'Channel',
      actions: ['channel.publish'],
      kinds: ['orders:<id>', 'orders:*'],
      events: ['channel.message'],
    },
    { name: 'message', title: 'Message', actions: ['message.send'], kinds: [], events: ['message'] },
  ]);
});

test('a feature’s actions and its topics are one page, however they are called', () => {
  const app = made({
    actions: [
      ...['note.pin', 'note.unpin', 'alert.acknowledge', 'room.send', 'presence.get'].map((name) =>
        action(name),
      ),
      action('hello', 'connection'),
    ],
    kinds: [kind('notes:<id>'), kind('room:<id>')],
    events: [event('note.pinned', 'notes:<id>'), event('room.message', 'room:<id>')],
  });
  expect(shown(app)).toEqual([
    {
      name: 'note',
      title: 'Note',
      actions: ['note.pin', 'note.unpin'],
      kinds: ['notes:<id>'],
      events: ['note.pinned'],
    },
  ]);
});

test('topics of which no action tells have a page of their own', () => {
  const app = made({ kinds: [kind('weather')], events: [event('sun.rose', 'weather')] });
  expect(shown(app)).toEqual([
    { name: 'weather', title: 'Weather', actions: [], kinds: ['weather'], events: ['sun.rose'] },
  ]);
});

test.each([
  ['user.invite', 'user.invited', 'user', 'User'],
  ['alert.mute', 'alert.muted', 'alert', 'Alert'],
  ['job.cancel', 'job.cancelled', 'job', 'Job'],
])(
  '%s of a team has a page, and on it nothing of what has the same first word here',
  (own, told, name, title) => {
    const app = {
      ...ours,
      actions: [...ours.actions, action(own) as never],
      events: [...ours.events, event(told, 'user:me') as never],
    };
    expect(shown(app).filter((one) => one.name === name)).toEqual([
      { name, title, actions: [own], kinds: [], events: [told] },
    ]);
  },
);

test('a queue of a team’s own has a page where the app has not ours', () => {
  const app = made({
    actions: [action('queue.book'), action('queue.call')],
    kinds: [kind('queue:<desk>')],
    events: [event('queue.updated', 'queue:<desk>')],
  });
  expect(shown(app)).toEqual([
    {
      name: 'queue',
      title: 'Queue',
      actions: ['queue.book', 'queue.call'],
      kinds: ['queue:<desk>'],
      events: ['queue.updated'],
    },
  ]);
});

test('before the contract is known there is none', () => {
  expect(ownFeatures(undefined)).toEqual([]);
});
