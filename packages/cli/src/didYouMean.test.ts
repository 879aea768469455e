import { expect, test } from 'vitest';
import { didYouMean } from './didYouMean.ts';

const known = ['send', 'notify', 'stats', 'tail', 'interaction.record', '--payload'];

test.each([
  ['sned', 'send'],
  ['notfy', 'notify'],
  ['stat', 'stats'],
  ['tails', 'tail'],
  ['interaction.recrod', 'interaction.record'],
  ['interactions.record', 'interaction.record'],
  ['--paylaod', '--payload'],
])('%s is taken for %s', (word, name) => {
  expect(didYouMean(word, known)).toBe(` (did you mean ${name}?)`);
});

test.each(['fly', 'constructor', '', 'payload.record', undefined])(
  '%s is like nothing that there is',
  (word) => {
    expect(didYouMean(word, known)).toBe('');
  },
);
