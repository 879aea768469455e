import { expect, test } from 'vitest';
import { appPage, pageBytes } from './pageBytes.ts';

/** A KB is 1,024 bytes. */
const maxEngineBytes = 9.5 * 1024;
/** Less than it was when the client itself knew all features, and more could not be left out. */
const maxAppBytes = 11_350;

test('a page that uses the client loads less than 9.5 KB, compressed', async () => {
  expect(await pageBytes(`export { createClient } from './index.ts'`)).toBeLessThan(maxEngineBytes);
});

test('an app with all features of this repository loads less than before they could be left out', async () => {
  expect(await pageBytes(appPage)).toBeLessThanOrEqual(maxAppBytes);
});

test.each([
  ['./index.ts', 12_150],
  // These count what they share with the client, such as the reading of what a server sends, as if it came twice.
  ['./features/index.ts', 5_350],
  ['./react/index.ts', 6_500],
  ['./reactQuery/index.ts', 1_500],
  ['./tabs/index.ts', 4_600],
])('the whole of %s is at most %i bytes, compressed', async (entry, max) => {
  expect(await pageBytes(`export * from '${entry}'`)).toBeLessThanOrEqual(max);
});
