import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the examples compile, also those for a browser', () => {
  const compile = () =>
    execFileSync(`${root}node_modules/.bin/tsc`, ['--noEmit', '-p', 'examples'], {
      cwd: root,
      encoding: 'utf8',
    });
  expect(compile()).toBe('');
});
