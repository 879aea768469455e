import { expect, test } from 'vitest';
import { loadApp } from './loadApp.ts';

test('an app is what a module’s list of features makes', async () => {
  const { kinds, work } = await loadApp('features/index.ts');
  expect([...kinds.keys()]).toContain('conversation');
  expect([...work.keys()]).toContain('job');
});

test.each([
  ['features/absent.ts', "cannot read the app's features from features/absent.ts"],
  ['features/clients.ts', 'features/clients.ts exports no list of features'],
])('%s is none, which is said in a sentence', async (module, said) => {
  await expect(loadApp(module)).rejects.toThrow(said);
});
