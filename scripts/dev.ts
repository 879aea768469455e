import { resolve } from 'node:path';
import { CannotStart } from '../local/cannotStart.ts';
import { defaultPort } from '../local/defaultPort.ts';
import type { LocalStackOptions } from '../local/stack.ts';
import { runCommand, WrongUsage } from './runCommand.ts';

const help = `Runs the whole of Tidings on this machine, from the template that is deployed.

  npm run dev -- [options]

  --port N        the port of everything (default ${defaultPort}; 0: any that is free)
  --data DIR      keep the rows, the issuer's key and moved time in DIR; not with --memory
  --memory        keep the rows in memory, without a DynamoDB engine
  --strict        throttle keys that take more than 1000 write or 3000 read units a second; not with --memory
  --completions   senders get fanout.complete frames
  --stage S       the stage of cdk.json to run (default dev)
  --concurrency N how many functions the account runs at once (default 1000; a new account may have 10)
  --tokens stage  take the tokens that the stage says, and not those of the local issuer
  --quiet         print nothing of connects, refusals and errors
  --help          this text

Prints one line of JSON on standard output once it accepts connections; everything else goes to standard error.
npm prints lines of its own before it: a program that reads them runs npm run --silent dev.
`;

/** Nothing of a stop may take longer; what has not finished by then is ended with the process. */
const maxStopMs = 4_000;

const command = {
  name: 'dev',
  help,
  expected: [CannotStart],
  options: {
    port: { type: 'string' },
    data: { type: 'string' },
    memory: { type: 'boolean' },
    strict: { type: 'boolean' },
    completions: { type: 'boolean' },
    stage: { type: 'string' },
    tokens: { type: 'string' },
    concurrency: { type: 'string' },
    quiet: { type: 'boolean' },
  },
} as const;

await runCommand(command, async ({ values }) => {
  const options = optionsOf(values);
  const stopping = new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop());
    if (process.env.npm_lifecycle_event !== undefined) onOrphaned(stop);
  });
  await Promise.race([run(options, stopping), stopping.then(giveUpLater)]);
});
process.exit();

async function run(options: ReturnType<typeof optionsOf>, stopping: Promise<void>): Promise<void> {
  // Functions and packages may write to standard output, which belongs to the one ready line.
  const print = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const { startLocalStack } = await import('../local/stack.ts');
  const stack = await startLocalStack({ ...options, root: process.cwd(), watch: true });
  const { wsUrl, httpUrl, managementUrl, issuer, consoleUrl, engine } = stack;
  print(`${JSON.stringify({ ready: true, wsUrl, httpUrl, managementUrl, issuer, consoleUrl, engine })}\n`);
  await stopping;
  await stack.stop();
}

/** npm runs a script below a shell, which dies of a signal without passing it on, and npm itself may be killed. */
function onOrphaned(stop: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 500).unref();
}

function giveUpLater(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, maxStopMs).unref());
}

interface Values {
  readonly port?: string;
  readonly data?: string;
  readonly memory?: boolean;
  readonly strict?: boolean;
  readonly completions?: boolean;
  readonly stage?: string;
  readonly tokens?: string;
  readonly concurrency?: string;
  readonly quiet?: boolean;
}

/** @throws {WrongUsage} */
function optionsOf(values: Values): LocalStackOptions {
  const { port = `${defaultPort}`, data, memory, completions, stage, tokens = 'local', quiet } = values;
  const { concurrency } = values;
  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    throw new WrongUsage('--port must be a whole number from 0 to 65535.');
  }
  if (tokens !== 'local' && tokens !== 'stage') {
    throw new WrongUsage(`--tokens must be stage or local, not "${tokens}".`);
  }
  if (concurrency !== undefined && !/^[1-9]\d{0,6}$/.test(concurrency)) {
    throw new WrongUsage('--concurrency must be a whole number from 1 to 9999999.');
  }
  if (data === '') throw new WrongUsage('--data must name a folder.');
  return {
    port: Number(port),
    tokens,
    ...(quiet ? { log: () => {} } : {}),
    ...(data === undefined ? {} : { dataDir: resolve(data) }),
    ...(memory ? { memory } : {}),
    ...(values.strict ? { strict: true } : {}),
    ...(completions ? { completions } : {}),
    ...(stage === undefined ? {} : { stage }),
    ...(concurrency === undefined ? {} : { concurrency: Number(concurrency) }),
  };
}
