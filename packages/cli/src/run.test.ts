import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commands, run } from './run.ts';

/** An address that nobody listens at. */
const nobody = await addressOf(createServer(), (server) => server.close());

async function addressOf(server: Server, then: (server: Server) => void = () => {}): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  then(server);
  return `http://127.0.0.1:${port}`;
}

async function tidings(words: readonly string[], env: Record<string, string> = {}) {
  const output = { stdout: '', stderr: '' };
  const code = await run(words, {
    env,
    stop: new AbortController().signal,
    print: (line) => {
      output.stdout += `${line}\n`;
    },
    complain: (text) => {
      output.stderr += `${text}\n`;
    },
  });
  return { code, ...output };
}

test('--help tells every command, and each tells its options', async () => {
  const all = await tidings(['--help']);
  expect(all).toMatchObject({ code: 0, stderr: '' });
  for (const word of Object.keys(commands)) {
    expect(all.stdout).toContain(`  ${word} `);
    const one = await tidings([word, '--help']);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toMatch(new RegExp(`^tidings ${word}\\b`));
    // It asks no stack.
    expect(one.stdout).toMatch(word === 'costs' ? /--connections\b/ : /--(url|stage)\b/);
  }
});

test('--version tells the release', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await tidings(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([[['--help']], [['--version']], [['send', '--help']]])(
  '%j is answered before TypeScript is read',
  async (words) => {
    // A loader that would have to read a source file ends the process.
    const hooks = `export async function load(url, context, next) {
    if (url.includes('/src/')) process.exit(3);
    return next(url, context);
  }`;
    const url = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
    const code = `import { register } from 'node:module'; register(${JSON.stringify(url(hooks))});`;
    const preload = ['--import', url(code)];
    const bin = fileURLToPath(new URL('../bin/tidings.mjs', import.meta.url));
    const child = spawn(process.execPath, [...preload, bin, ...words]);
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(stdout).toBe((await tidings(words)).stdout);
  },
);

test.each([
  [[], 'which command'],
  [['fly'], 'there is no command "fly"'],
  [['notfiy', 'u'], 'did you mean notify?'],
  [['send', 'stats', '--paylaod', '{}'], 'did you mean --payload?'],
  [['constructor'], 'there is no command'],
  [['send'], 'ACTION is missing'],
  [['send', 'stats', 'more'], '"more" is one word too many'],
  [['send', 'stats', '--payload', '[1]'], '--payload must be a JSON object'],
  [['send', 'stats', '--payload', '{'], '--payload must be a JSON object'],
  [['send', 'stats', '--colour', 'red'], '--colour'],
  [['send', 'stats', '--url', 'localhost'], '--url must be an address'],
  [['send', 'stats', '--token', 't', '--user', 'u', '--tenant', 't', '--role', 'msp'], 'not both'],
  [['send', 'stats', '--user', 'u'], '--tenant is missing'],
  [
    ['send', 'stats', '--url', 'https://api.example.com', '--user', 'u', '--tenant', 't', '--role', 'msp'],
    '--issuer is missing',
  ],
  [['notify', 'u', '--title', 't'], '--kind is missing'],
  [['notify', 'u', '--kind', 'k'], '--title is missing'],
  [['notify', '--kind', 'k', '--title', 't'], 'USER is missing'],
  [['stats', 'more'], 'one word too many'],
  [['tail'], 'TOPIC is missing'],
  [['tail', 'msp', '--since', '7'], '--since must be EPOCH:SEQ'],
  [['tail', 'client:*', '--since', 'e:7'], '--since is for topics'],
  [['tail', 'msp', '--token', 't', '--url', 'https://api.example.com'], '--ws is missing'],
  [['tail', 'msp', '--token', 't', '--ws', 'https://api.example.com'], '--ws must be an address'],
  [['contract', '--format', 'xml'], '--format must be json or yaml'],
  [['costs'], '--connections is missing'],
  [['costs', '--connections', 'many'], '--connections must be a whole number from 1 to 1,000,000,000'],
  [['costs', '--connections', '1.5'], '--connections must be a whole number'],
  [['costs', '--connections', '0'], '--connections must be a whole number from 1'],
  [['costs', '--connections', '10', '--receivers', '11'], '--receivers must be at most --connections'],
  [['costs', '--connections', '10', '--events', '-1'], '--events must be a number from 0'],
  [['costs', '--connections', '10', '--together', '51'], '--together must be a whole number from 1 to 50'],
  [['costs', '--connections', '10', '--bytes', '30001'], '--bytes must be a whole number from 1 to 30,000'],
  [['costs', '--connections', '10', '--hours', '25'], '--hours must be a number from 0.1 to 24'],
  [['costs', '--connections', '10', '--set', 'mesage=2'], '--figures lists (did you mean message?)'],
  [['costs', '--connections', '10', '--set', 'message'], '--set must be NAME=NUMBER'],
  [['costs', '--connections', '10', '--set', 'requests=0'], '--set requests must be a number from 0.000001'],
  [['costs', '--connections', '10', '--set', 'message=much'], '--set message must be a number'],
])('%j is not understood, and what is wrong is named', async (words, named) => {
  const { code, stdout, stderr } = await tidings(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(named);
});

test('who has no token is told how to give one', async () => {
  const { code, stderr } = await tidings(['stats']);
  expect(code).toBe(2);
  expect(stderr).toContain('TIDINGS_TOKEN');
});

test.each([
  ['send', 'stats', '--url', nobody],
  ['stats', '--url', nobody],
  ['tail', 'msp', '--url', nobody],
  ['contract', '--url', nobody],
])('%s fails where no server answers', async (...words) => {
  const { code, stdout, stderr } = await tidings(words, { TIDINGS_TOKEN: 'abc' });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(new URL(nobody).host);
  expect(stderr).not.toContain('may have happened');
});

test('a request whose answer was lost can be repeated under its ref', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()));
  const words = ['send', 'stats', '--ref', 'r1', '--url', await addressOf(server)];
  const { code, stderr } = await tidings(words, { TIDINGS_TOKEN: 'abc' });
  server.close();
  expect(code).toBe(1);
  expect(stderr).toContain('it may have happened: repeat it with --ref r1');
});

test('a token is never printed, not even one that cannot be sent', async () => {
  for (const token of ['secret\nsecret', 'secret secret', 'sécret']) {
    for (const words of [['stats'], ['tail', 'msp']]) {
      const { code, stdout, stderr } = await tidings([...words, '--url', nobody], { TIDINGS_TOKEN: token });
      expect(code).toBe(2);
      expect(stdout + stderr).not.toContain('cret');
    }
  }
});
