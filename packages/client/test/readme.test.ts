import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { quickStart } from '../example/quickStart.ts';
import { createClient } from '../src/index.ts';
import { createTestServer } from '../testing/index.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

test('the quick start is the one in example/, and works', async () => {
  expect(readme).toContain(
    read('../example/quickStart.ts').replace('../src/index.ts', '@tidings/client').trim(),
  );
  const server = createTestServer();
  server.topic('client:acme').snapshot = { clientId: 'acme', engagement: {}, totals: {} };
  server.respond('interaction.record', () => {
    const { epoch, seq } = server.publish('client:acme', 'interaction', { totals: { login: 1 } });
    return { total: 1, epoch, seq };
  });
  const shown: unknown[] = [];
  const started = quickStart(server.options, (totals) => shown.push(totals));
  await server.advance(0);
  (await started).close();
  expect(shown).toEqual([{}, { login: 1 }]);
});

test('the lines about testing do what they say', async () => {
  const server = createTestServer();
  const client = createClient(server.options);
  server.respond('stats', () => ({ connections: 1, users: 1, byRole: {} }));
  const answer = client.request('stats');
  const bodies: string[] = [];
  client.topic('room', 'lobby').on('room.message', ({ payload }) => bodies.push(payload.body));
  await server.advance(0);
  server.publish('room:lobby', 'room.message', { body: 'hello' });
  server.drop();
  await server.advance(60_000);
  expect(bodies).toEqual(['hello']);
  await expect(answer).resolves.toMatchObject({ users: 1 });
  expect(client.status.getSnapshot().state).toBe('open');
});

test('the README and the package name the same oldest Node', () => {
  const { engines } = JSON.parse(read('../package.json')) as { engines: { node: string } };
  const [, oldest] = /Node ([\d.]+) or newer/.exec(readme) ?? [];
  expect(engines.node).toBe(`>=${oldest}`);
});

test('the README names every option', () => {
  const source = read('../src/client.ts');
  const [, body = ''] = /interface ClientOptions \{(.*?)\n\}/s.exec(source) ?? [];
  const options = [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => name);
  expect(options.length).toBeGreaterThan(10);
  const [, table = ''] = readme.split('## Options');
  const named = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect([...named].sort()).toEqual([...options].sort());
});
