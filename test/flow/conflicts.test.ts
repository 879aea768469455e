import { expect, test } from 'vitest';
import { ownStack } from '../support/ownStack.ts';

const stack = ownStack();
const staff = { user: 'staff', roles: ['msp'] } as const;

interface Answer {
  readonly type: string;
  readonly payload: { readonly seq?: number; readonly code?: string };
}

/** Asks again with the same ref, as clients do, where the database was too busy. */
async function untilDone(ask: () => Promise<Answer>): Promise<Answer> {
  const answer = await ask();
  return answer.payload.code === 'unavailable' ? untilDone(ask) : answer;
}

test('what comes by socket and by HTTP at once, to one topic, is all written, each with its own number', async () => {
  const tenant = stack.tenant();
  const socket = await tenant.connect(staff);
  const interaction = (ref: string) => ({ ref, payload: { clientId: 'acme', kind: 'login' } });
  // Two functions, which do not know of each other, so that their transactions meet.
  const ways = {
    socket: (ref: string): Promise<Answer> => socket.ask('interaction.record', interaction(ref)),
    http: async (ref: string): Promise<Answer> =>
      (await tenant.http(staff, 'POST', '/actions/interaction.record', interaction(ref))).body,
  };
  const asked = Array.from({ length: 8 }, (_, at) =>
    Object.entries(ways).map(([way, ask]) => untilDone(() => ask(`${way}-${at}`))),
  );
  const answers = await Promise.all(asked.flat());
  expect(answers.filter(({ type }) => type !== 'ack')).toEqual([]);
  const seqs = answers.map(({ payload }) => payload.seq ?? 0);
  expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, at) => at + 1));
});
