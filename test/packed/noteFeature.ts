/** A feature as somebody would write it in an app, by path. */
export const noteFiles: Readonly<Record<string, string>> = {
  'features/notes/contract.ts': `
import { action, contract, described, event, id, position, text, topic } from '@tidings/protocol';
import * as z from 'zod/mini';

const note = text(500, 'What to remember.');

export const noteContract = contract({
  topics: {
    notes: topic({
      id: { shape: 'id', example: 'acme' },
      who: 'msp',
      snapshot: z.object({ pinned: described(z.array(note), 'Newest first.') }),
      documentation: 'The notes that are pinned to one client.',
    }),
  },
  actions: {
    'note.pin': action({
      roles: ['msp'],
      payload: z.object({ clientId: id('The client.'), note }),
      answer: z.object(position),
      documentation: 'Pins a note to a client.',
    }),
  },
  events: {
    'note.pinned': event({ topics: ['notes:<id>'], payload: z.object({ note }), documentation: 'A note was pinned.' }),
  },
});
`,
  'features/notes/index.ts': `
import { feature, publish, topicKind } from 'tidings';
import { noteContract } from './contract.ts';

const noteTopics = topicKind<{ readonly pinned: readonly string[] }>({
  name: 'notes',
  maySubscribe: (who) => who.roles.includes('msp'),
  initial: { pinned: [] },
  snapshot: ({ pinned }) => ({ pinned }),
});

export const notes = feature({
  name: 'notes',
  contract: noteContract,
  topics: [noteTopics],
  actions: {
    'note.pin': (call) => {
      const { clientId, note } = call.payload;
      return publish(call, {
        topic: noteTopics.of(clientId),
        decide: ({ pinned }) => ({
          event: {
            type: 'note.pinned',
            payload: { note }, // as it is
          },
          state: { pinned: [note, ...pinned] },
          answer: {},
        }),
      });
    },
  },
});
`,
  'features/notes/notes.test.ts': `
import { createTestKit } from 'tidings/testing';
import { expect, test } from 'vitest';
import { features } from '../index.ts';

test('a pinned note is there for who comes later', async () => {
  const kit = createTestKit(features);
  const sam = await kit.connect({ user: 'sam', roles: ['msp'] });
  await sam.request('note.pin', { clientId: 'acme', note: 'likes tea' });
  const ria = await kit.connect({ user: 'ria', roles: ['msp'] });
  expect((await ria.subscribe('notes:acme')).snapshot).toEqual({ pinned: ['likes tea'] });
});
`,
};

/** Two people with the shipped client: one reads what the other writes. */
export const twoClients = `
import { createClient } from '@tidings/client';
import { WebSocket } from 'ws';

const [, , url, issuer] = process.argv;
const connect = (user) =>
  createClient({
    url,
    WebSocket,
    async getToken() {
      const body = JSON.stringify({ user, tenant: 'acme-msp', roles: ['msp'] });
      const headers = { 'content-type': 'application/json' };
      return (await (await fetch(issuer + '/token', { method: 'POST', headers, body })).json()).token;
    },
  });
const [ria, sam] = [connect('ria'), connect('sam')];
const notes = ria.topic('notes', 'acme');
const read = new Promise((resolve) => notes.on('note.pinned', ({ payload }) => resolve(payload.note)));
await notes.joined();
await sam.request('note.pin', { clientId: 'acme', note: 'likes tea' });
console.log('ria read: ' + (await read));
ria.close();
sam.close();
`;
