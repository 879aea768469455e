import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { localClock } from '../clock.ts';
import { outcomes } from '../faults.ts';
import { openIssuer, tokenRequest } from './issuer.ts';

const text = readFileSync(new URL('../../docs/local.md', import.meta.url), 'utf8');

test('docs/local.md names every fault that there is, and no other', () => {
  const table = text.slice(text.indexOf('| `op` | `outcome` |\n') + 1);
  const rows = [...table.matchAll(/^\| `(\w+)` (?:\([^)]+\) )?\| (.+) \|$/gm)].map(([, op, cell = '']) => [
    op,
    [...cell.replaceAll(/\([^)]+\)/g, '').matchAll(/`([\w-]+)`/g)].map(([, outcome]) => outcome),
  ]);
  expect(Object.fromEntries(rows)).toEqual(outcomes);
});

test('docs/local.md names every server of `/_local`, and no other', () => {
  const named = [...text.matchAll(/^\| `(GET|POST|DELETE) \/_local(\/\w+)`/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
  const source = ['localApi.ts', 'consoleRoutes.ts'].map(read).join('\n');
  const routes = [...source.matchAll(/'((?:GET|POST|DELETE) \/\w+)'/g)].map(([, route]) => route);
  expect(named.length).toBeGreaterThan(0);
  expect(new Set(named)).toEqual(new Set(routes));
});

test('the lives of tokens that docs/local.md names are understood', async () => {
  const named = [...text.matchAll(/`(-?\d+[a-z])`/g)].map(([, expiresIn = '']) => expiresIn);
  expect(named).toEqual(expect.arrayContaining(['90s', '15m', '2h', '7d', '-10m']));
  const clock = localClock();
  const issuer = await openIssuer({ url: 'http://127.0.0.1/issuer', clock });
  for (const expiresIn of named) {
    const request = tokenRequest({ user: 'ada', tenant: 'acme', roles: ['msp'], expiresIn });
    await expect(issuer.sign(request)).resolves.toMatch(/^eyJ/);
  }
  clock.stop();
});
