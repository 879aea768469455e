import { expect, test } from 'vitest';
import { engineRoot } from '../../lib/functions/appCode.ts';
import { synthesize } from './synthesize.ts';

const templateAt = async (httpUrl: string, settings = {}) =>
  JSON.stringify(await synthesize({ root: engineRoot, stage: 'dev', httpUrl, tokens: 'local', settings }));

test('a second stack of a process has its own address and settings in its template', async () => {
  const first = await templateAt('http://127.0.0.1:54321');
  const second = await templateAt('http://127.0.0.1:43210');
  expect(first).toContain('http://127.0.0.1:54321');
  expect(second).toContain('http://127.0.0.1:43210');
  expect(second).not.toContain('54321');
  const own = { allowedOrigins: ['https://app.example'] };
  expect(second).not.toContain('https://app.example');
  expect(await templateAt('http://127.0.0.1:43210', own)).toContain('https://app.example');
  expect(await templateAt('http://127.0.0.1:54321')).toBe(first);
});
