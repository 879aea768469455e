import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bundledPrograms } from '../test/support/bundledProgram.ts';
import { openClient } from '../test/support/client.ts';
import { ofTsx } from '../test/support/leavesNothing.ts';
import { ended, startProgram } from '../test/support/startProgram.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const commands = readdirSync(new URL('../scripts', import.meta.url))
  .flatMap((file) => /^(.*)\.ts$/.exec(file)?.[1] ?? [])
  .filter((name) =>
    readFileSync(new URL('../package.json', import.meta.url), 'utf8').includes(`scripts/${name}.ts`),
  );
const program = bundledPrograms<string>(
  Object.fromEntries(commands.map((name) => [name, `scripts/${name}.ts`])),
);

/** A command that ends by itself and starts no stack: without what reads TypeScript, which is most of its work. */
async function run(script: string, ...words: string[]) {
  const { child, output } = startProgram([program(script), ...words]);
  return { code: await ended(child), ...output };
}

describe('npm run dev', () => {
  test('prints one line of JSON, serves tokens to npm run token, and ends with 0 on SIGTERM', async () => {
    // Something in the process that prints, as a function or a package may.
    const noise = `process.on('SIGTERM', () => console.log('noise'));`;
    const preloaded = ['--import', `data:text/javascript,${encodeURIComponent(noise)}`];
    const { child, output } = startProgram([...preloaded, program('dev'), '--port', '0', '--memory']);
    await once(child.stdout, 'data');
    const ready = JSON.parse(output.stdout) as Record<string, string>;
    expect(Object.keys(ready)).toEqual([
      'ready',
      'wsUrl',
      'httpUrl',
      'managementUrl',
      'issuer',
      'consoleUrl',
      'engine',
    ]);
    expect(ready).toMatchObject({ ready: true, engine: 'memory' });
    const asked = [
      '--user',
      'ada',
      '--tenant',
      'acme',
      '--role',
      'msp',
      '--role',
      'client',
      '--client',
      'c1',
    ];
    const token = await run('token', ...asked, '--expires-in', '-10m', '--issuer', String(ready.issuer));
    expect(token).toMatchObject({ code: 0, stderr: '' });
    expect(token.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const claims = decodeJwt(token.stdout.trim());
    expect(claims).toMatchObject({
      sub: 'ada',
      tenant: 'acme',
      roles: ['msp', 'client'],
      client_ids: ['c1'],
    });
    expect(Number(claims.exp)).toBeLessThan(Date.now() / 1_000);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(output.stdout.trim().split('\n')).toHaveLength(1);
    expect(output.stderr).toContain('noise');
  });

  test('leaves nothing in the temporary folder, and warns of nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidings-dev-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    // What tsx keeps of a source file is for the next start, of whatever runs with it; here, of the start before.
    symlinkSync(join(tmpdir(), ofTsx), join(folder, ofTsx));
    // As npm starts it: the other tests leave out what reads TypeScript.
    const { child, output } = startProgram(['--import', 'tsx', 'scripts/dev.ts', '--port', '0'], {
      TMPDIR: folder,
    });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(readdirSync(folder)).toEqual([ofTsx]);
    expect(output.stderr).not.toMatch(/warning/i);
  });

  test('takes the tokens of its stage, and with --quiet tells nothing of who is refused', async () => {
    const folder = join(root, 'test/support/emittingApp');
    const words = ['--port', '0', '--memory', '--stage', 'named', '--tokens', 'stage', '--quiet'];
    const dev = ['--import', 'tsx', join(root, 'scripts/dev.ts')];
    const { child, output } = startProgram([...dev, ...words], {}, folder);
    await once(child.stdout, 'data');
    const { wsUrl, issuer } = JSON.parse(output.stdout) as Record<string, string>;
    const { context } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8'));
    expect(issuer).toBe(context.stages.named.tokens.issuer);
    await expect(openClient(String(wsUrl), { token: 'nonsense' })).rejects.toThrow('refused with 401');
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(output.stderr).toBe('');
  });

  test('a stage that has users of its own on AWS has none here, and says so', async () => {
    const { code, stdout, stderr } = await run('dev', '--port', '0', '--tokens', 'stage');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim()).toMatch(/^cdk\.json: context\.stages\.dev\.tokens: is missing, .* user pool: .*$/);
  });

  test('runs as many functions at once as --concurrency says, and refuses what comes besides', async () => {
    const words = ['--port', '0', '--memory', '--quiet', '--concurrency', '1'];
    const { child, output } = startProgram([program('dev'), ...words]);
    await once(child.stdout, 'data');
    const { httpUrl, issuer } = JSON.parse(output.stdout) as Record<string, string>;
    const person = JSON.stringify({ user: 'ada', tenant: 'acme', roles: ['msp'] });
    const posted = { method: 'POST', headers: { 'content-type': 'application/json' }, body: person };
    const { token } = (await (await fetch(`${issuer}/token`, posted)).json()) as { token: string };
    // The first asks the issuer for its keys, and meanwhile the others come.
    const ask = async () =>
      (await fetch(`${httpUrl}/stats`, { headers: { authorization: `Bearer ${token}` } })).status;
    const statuses = await Promise.all(Array.from({ length: 8 }, ask));
    expect(new Set(statuses)).toEqual(new Set([200, 500]));
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });

  test('a port that is taken is a sentence and not a stack trace', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { code, stdout, stderr } = await run('dev', '--port', String(port));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim()).toMatch(/^Port \d+ is already in use: choose another one with --port N.*$/);
    server.close();
  });

  test('--memory and --data together are refused in one sentence, and nothing is written', async () => {
    const folder = join(tmpdir(), `tidings-both-${process.pid}`);
    const { code, stdout, stderr } = await run('dev', '--port', '0', '--memory', '--data', folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim()).toMatch(/^--memory keeps .* and --data keeps .*: give one of them\.$/);
    expect(existsSync(folder)).toBe(false);
  });

  test.each([
    [['--prot', '1'], '--prot'],
    [['--port', 'abc'], '--port must be'],
    [['--port', '70000'], '--port must be'],
    [['--concurrency', '0'], '--concurrency must be a whole number from 1'],
    [['--concurrency', 'ten'], '--concurrency must be a whole number from 1'],
    [['--strict', '--memory', '--port', '0'], '--strict counts what a DynamoDB engine is asked for'],
    [['--tokens', 'cloud'], '--tokens must be stage or local, not "cloud".'],
    [['extra'], 'extra'],
  ])('%j is refused, and what is wrong is named', async (words, named) => {
    const { code, stdout, stderr } = await run('dev', ...words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(named);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('--help tells the options', async () => {
    const { code, stdout } = await run('dev', '--help');
    expect(code).toBe(0);
    for (const option of ['--port', '--data', '--memory', '--completions', '--stage', '--tokens', '--quiet'])
      expect(stdout).toContain(option);
    expect(stdout).toContain('--concurrency');
    expect(stdout).toContain('--strict');
  });
});

describe('npm run token', () => {
  test('with --stage or --stack it signs a user of a deployed stack in, and makes up nobody', async () => {
    for (const [option, name] of [
      ['--stage', 'dev'],
      ['--stack', 'Desk'],
    ]) {
      const words = [String(option), String(name), '--user', 'carla@acme.test', '--tenant', 'demo'];
      const { code, stdout, stderr } = await run('token', ...words);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^--tenant is for the local issuer: .*\n$/);
    }
  });

  test('without an issuer it says what to do, and prints no token', async () => {
    const asked = ['--user', 'ada', '--tenant', 'acme', '--role', 'msp'];
    const { code, stdout, stderr } = await run('token', ...asked, '--issuer', 'http://127.0.0.1:1/issuer');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('npm run dev');
  });

  test.each([
    ['--user ada --role msp', '--tenant is missing.'],
    [
      '--user ada --tenant acme --role msp --expires-in soon',
      '--expires-in must be a text such as 90s, 15m, 1h, 2d or -10m, not "soon".',
    ],
  ])('%s: what is wrong is named', async (words, said) => {
    const { code, stdout, stderr } = await run('token', ...words.split(' '));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`${said} See npm run token -- --help.\n`);
  });

  test('a role that only an app of its own may have is pointed out', async () => {
    const words = '--user ada --tenant acme --role boss --issuer http://127.0.0.1:1/issuer';
    const { stderr } = await run('token', ...words.split(' '));
    expect(stderr).toContain('"boss" is not msp, client, admin, service');
  });
});

describe('every command of scripts/', () => {
  test('is known', () => {
    expect(commands).toEqual([
      'asyncapi',
      'deploy',
      'dev',
      'erase',
      'load',
      'mutants',
      'pack',
      'pictures',
      'preflight',
      'prove',
      'synth',
      'token',
      'versions',
    ]);
  });

  test.each(commands)('%s tells with --help what it does, and does nothing', async (command) => {
    const { code, stdout, stderr } = await run(command, '--help');
    expect(code).toBe(0);
    expect(stdout + stderr).toContain(`npm run ${command === 'token' ? '--silent token' : command}`);
    expect(stdout + stderr).toContain('--help');
  });

  // What `deploy` does not know it passes on to the CDK.
  test.each(commands.filter((command) => command !== 'deploy'))(
    '%s refuses an option that it has not, and says where they are told',
    async (command) => {
      const { code, stdout, stderr } = await run(command, '--nonsense');
      expect(code).toBeGreaterThan(0);
      expect({ stdout, stderr }).toEqual({
        stdout: '',
        stderr: `Unknown option '--nonsense'. See npm run ${command} -- --help.\n`,
      });
    },
  );
});
