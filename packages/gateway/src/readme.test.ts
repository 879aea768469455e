import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dial } from '../conformance/socketClient.ts';
import { startEcho } from '../example/echo.ts';
import { awsQuotas, likelyUnknowns } from './index.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

test('the example in the README is the one in example/, and works', async () => {
  expect(readme).toContain(read('../example/echo.ts').trim());
  const { url, stop } = await startEcho();
  const client = await dial(url);
  if ('status' in client) throw new Error('refused');
  expect(JSON.parse(await client.ask({ action: 'echo' }))).toMatchObject({
    requestContext: { routeKey: 'echo' },
  });
  await stop();
});

test.each([
  ['switch', likelyUnknowns],
  ['quota', awsQuotas],
])('the README names every %s with its default, and no other', (kind, defaults) => {
  const [, table = ''] = readme.split(`| ${kind} |`);
  const rows = (table.split('\n\n')[0] ?? '').matchAll(/^\| `(\w+)` \| `(.*?)` \|/gm);
  const documented = Object.fromEntries(
    [...rows].map(([, name = '', value = '']) => [name, JSON.parse(value)]),
  );
  expect(documented).toEqual(defaults);
});
