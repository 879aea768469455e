import { expect, test } from 'vitest';
import { deployWords } from './deployWords.ts';

test('the stage, the context and the account are for all commands, and other words for cdk deploy alone', () => {
  const words =
    '--stage prod --require-approval never -c a=b --profile=work Other --region eu-west-1 -f --all';
  const shared = '--context a=b --context stage=prod --profile work --region eu-west-1'.split(' ');
  expect(deployWords(words.split(' '))).toEqual({
    shared,
    deploy: [...shared, '--require-approval', 'never', 'Other', '-f', '--all'],
    place: { profile: 'work', region: 'eu-west-1' },
  });
  expect(deployWords([])).toEqual({ shared: [], deploy: [], place: {} });
});

test.each([
  [['--app', 'cdk.out'], '--app is not for npm run deploy'],
  [['-o', 'out'], '--output is not for npm run deploy'],
  [['--watch'], '--watch is not for npm run deploy'],
  [['--stage'], '--stage needs a value'],
  [['-c', 'a=b', '-c'], '--context needs a value'],
])('%j is refused', (words, said) => {
  expect(() => deployWords(words)).toThrow(said);
});
