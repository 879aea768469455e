import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { bundledPrograms } from './support/bundledProgram.ts';
import { ended, startProgram } from './support/startProgram.ts';

const program = bundledPrograms({ example: 'examples/start.ts' });

/** An example as a process, up to the first line that it prints. */
async function startExample(...words: string[]) {
  const { child, output } = startProgram([program('example'), 'page', ...words]);
  onTestFinished(() => void child.kill());
  const over = ended(child);
  await Promise.race([once(child.stderr, 'data'), over]);
  return { over, said: () => output.stderr.trim(), stop: () => child.kill() };
}

test('an example takes a free port by itself where the usual one is taken', async () => {
  // Where something else listens there already, that does as well.
  const server = createServer().listen(5173, 'localhost');
  await Promise.race([once(server, 'listening'), once(server, 'error')]).catch(() => {});
  const { said } = await startExample();
  const [, url = '', port] = /at (http:\/\/localhost:(\d+)\/);/.exec(said()) ?? [];
  expect(port).not.toBe('5173');
  expect(await (await fetch(url)).text()).toContain('the page example');
  server.close();
});

test('an example whose chosen port is taken, or is none, says so in a sentence', async () => {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const taken = await startExample('--port', String(port));
  expect(await taken.over).toBe(1);
  expect(taken.said()).toBe(
    `Port ${port} is already in use: choose another one with --port N, or give none for any that is free.`,
  );
  server.close();
  const wrong = await startExample('--port', 'abc');
  expect(await wrong.over).toBe(1);
  expect(wrong.said()).toMatch(/^--port must be a whole number from 0 to 65535\. See npm run example:page/);
});
