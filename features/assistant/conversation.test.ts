import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { newConversationId, ownsConversation, withTurn } from './conversation.ts';

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;
const clock = memoryRuntime();
const who = (userId: string) => principal(clock, { userId });

test('a conversation is of the user it was made for and of nobody else, whatever their names are', () => {
  const name = fc.string({ minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(name, name, (one, two) => {
      const id = newConversationId('a_random-id_of-22-chars', one);
      expect(id).toMatch(idPattern);
      expect(ownsConversation(who(one), id)).toBe(true);
      expect(ownsConversation(who(two), id)).toBe(one === two);
    }),
  );
});

test('an id that the server did not make is nobody’s', () => {
  for (const id of ['mine', 'ann', '-', newConversationId('r', 'ann').slice(0, -1)]) {
    expect(ownsConversation(who('ann'), id)).toBe(false);
  }
});

test('the oldest turns go where all have no room, and the newest never does', () => {
  const long = (letter: string) => ({ role: 'user', text: letter.repeat(6000) }) as const;
  const turns = ['a', 'b', 'c'].reduce<ReturnType<typeof withTurn>>(
    (all, letter) => withTurn(all, long(letter)),
    [],
  );
  expect(turns.map(({ text }) => text[0])).toEqual(['b', 'c']);
  expect(withTurn(turns, { role: 'user', text: 'd'.repeat(20_000) })).toHaveLength(1);
});
