import { expect, test } from 'vitest';
import { mayFollow, rightTo } from './rights.ts';

const app = {
  actions: [
    { name: 'alert.raise', roles: ['msp', 'service'] },
    { name: 'alert.acknowledge', roles: 'any' },
  ],
  kinds: [],
  events: [],
} as never;

test('an action is for the roles of the contract, and those are told to who has none of them', () => {
  expect(rightTo(app, 'alert.raise', ['admin', 'msp'])).toMatchObject({ may: true });
  expect(rightTo(app, 'alert.raise', ['client'])).toEqual({ may: false, roles: ['msp', 'service'] });
  expect(rightTo(app, 'alert.acknowledge', [])).toEqual({ may: true });
});

test('what the contract does not name is left to the server, and so is everything before it is read', () => {
  expect(rightTo(app, 'alert.forget', ['client'])).toEqual({ may: true });
  expect(rightTo(undefined, 'alert.raise', ['client'])).toEqual({ may: true });
});

test.each([
  ['msp, service', ['admin'], false],
  ['msp, service', ['msp'], true],
  ["the client's own users, msp", ['client'], true],
  ["the client's own users, msp", ['admin'], false],
  ['anyone of the tenant', ['admin'], true],
  ['whom the app’s rule allows', ['client'], true],
])('%s: %s, %s', (who, roles, may) => {
  expect(mayFollow({ who }, roles)).toBe(may);
});
