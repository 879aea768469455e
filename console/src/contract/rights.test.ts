import { expect, test } from 'vitest';
import { rightTo } from './rights.ts';

const app = {
  actions: [
    { name: 'alert.raise', roles: ['msp', 'service'] },
    { name: 'alert.acknowledge', roles: 'any' },
  ],
} as never;

test('an action is for the roles of the contract, and those are told to who has none of them', () => {
  expect(rightTo(app, 'alert.raise', ['admin', 'msp'])).toEqual({ may: true });
  expect(rightTo(app, 'alert.raise', ['client'])).toEqual({
    may: false,
    why: 'It takes the role msp or service (alert.raise).',
    roles: ['msp', 'service'],
  });
  expect(rightTo(app, 'alert.acknowledge', [])).toEqual({ may: true });
});

test('what the app has not nobody may, and before its contract is read the server decides', () => {
  expect(rightTo(app, 'alert.forget', ['admin'])).toEqual({
    may: false,
    why: 'This app has no action alert.forget.',
  });
  expect(rightTo(undefined, 'alert.raise', ['client'])).toEqual({ may: true });
});
