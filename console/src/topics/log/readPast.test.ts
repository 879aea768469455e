import { expect, test } from 'vitest';
import type { Asker } from '../kinds.ts';
import { pastByAction, pastByReplay } from './readPast.ts';

interface Asked {
  readonly action: string;
  readonly payload: { readonly since?: { readonly seq: number }; readonly last?: number };
}

/** A topic of 120 events, of which those from `keptFrom` on are kept, at most `most` of them an answer. */
function server({ keptFrom = 1, most = 300 } = {}) {
  const asked: Asked[] = [];
  const frame = (seq: number) => ({
    type: 'room.message',
    topic: 'room:lobby',
    epoch: 'e',
    seq,
    payload: { seq },
  });
  const from = (first: number) => Array.from({ length: 120 - first + 1 }, (_, at) => frame(first + at));
  const request = async (action: string, payload: Asked['payload']) => {
    asked.push({ action, payload });
    if (payload.last !== undefined) return { recovered: false, events: from(121 - payload.last), seq: 120 };
    const since = payload.since?.seq ?? 0;
    if (since + 1 < keptFrom) return { recovered: false, seq: 120 };
    const events = from(since + 1).slice(0, most);
    const seq = events.at(-1)?.seq ?? 120;
    return { recovered: true, events, seq, more: seq < 120 };
  };
  return { asked, client: { request } as unknown as Asker };
}

const position = { epoch: 'e', seq: 120 };
const seqs = ({ events }: { readonly events: readonly { readonly seq?: number }[] }) =>
  events.map(({ seq }) => seq);
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => from - at);

test('an admin’s page is asked for by number, and knows its epoch', async () => {
  const asked: unknown[] = [];
  const answer = { epoch: 'e', more: true, events: [{ seq: 9, id: 'x', type: 'message', ts: 5, bytes: 80 }] };
  const client = { request: async (...all: unknown[]) => asked.push(...all) && answer } as unknown as Asker;
  const page = await pastByAction(client, 'user:me', 'carla')({ before: 10 });
  expect(asked.slice(0, 2)).toEqual([
    'topic.log',
    { topic: 'user:me', limit: 50, userId: 'carla', before: 10 },
  ]);
  expect(page).toEqual({
    more: true,
    events: [
      {
        key: 'user:me e 9',
        topic: 'user:me',
        epoch: 'e',
        seq: 9,
        id: 'x',
        type: 'message',
        ts: 5,
        bytes: 80,
      },
    ],
  });
});

test('where the kind keeps history its last events come first', async () => {
  const { client, asked } = server();
  const page = await pastByReplay(client, 'room:lobby', true)({ position });
  expect(asked).toEqual([{ action: 'subscribe', payload: { last: 50 } }]);
  expect(seqs(page)).toEqual(down(120, 71));
  expect(page.more).toBe(true);
});

test('older ones are asked for as one who missed them, and end where the page before began', async () => {
  const { client } = server({ most: 20 });
  const page = await pastByReplay(client, 'room:lobby', true)({ before: 71, position });
  expect(seqs(page)).toEqual(down(70, 21));
  expect(page.more).toBe(true);
  const last = await pastByReplay(client, 'room:lobby', true)({ before: 21, position });
  expect(seqs(last)).toEqual(down(20, 1));
  expect(last.more).toBe(false);
});

test('where not all of a page is kept, as much of it as is kept is shown', async () => {
  const { client } = server({ keptFrom: 60 });
  const page = await pastByReplay(client, 'room:lobby', false)({ before: 71, position });
  expect(seqs(page)).toEqual(down(70, 65));
});

test('nothing is kept, and a topic without numbers, have no past', async () => {
  const { client } = server({ keptFrom: 500 });
  expect(await pastByReplay(client, 'room:lobby', false)({ position })).toEqual({ events: [], more: false });
  expect(await pastByReplay(client, 'client:*', false)({})).toEqual({ events: [], more: false });
});
