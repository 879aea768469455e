import { resolve } from 'node:path';
import { CannotStart } from '../local/cannotStart.ts';
import { defaultPort } from '../local/defaultPort.ts';
import { readOptions, WrongUsage } from './readOptions.ts';

const usage = `Runs the whole of Tidings on this machine, from the template that is deployed.

  npm run dev -- [options]

  --port N        the port of everything (default ${defaultPort}; 0: any that is free)
  --data DIR      keep the rows, the issuer's key and moved time in DIR; not with --memory
  --memory        keep the rows in memory, without a DynamoDB engine
  --completions   senders get fanout.complete frames
  --stage S       the stage of cdk.json to run (default dev)
  --help          this text

Prints one line of JSON on standard output once it accepts connections; everything else goes to standard error.
npm prints lines of its own before it: a program that reads them runs npm run --silent dev.
`;

/** Nothing of a stop may take longer; what has not finished by then is ended with the process. */
const maxStopMs = 4_000;

// Functions and packages may write to standard output, which belongs to the one ready line.
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

const options = chosenOptions();
if (options) {
  const stopping = new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop());
    if (process.env.npm_lifecycle_event !== undefined) onOrphaned(stop);
  });
  await Promise.race([run(options, stopping), stopping.then(giveUpLater)]);
  process.exit();
}

async function run(chosen: NonNullable<typeof options>, stopping: Promise<void>): Promise<void> {
  try {
    const { startLocalStack } = await import('../local/stack.ts');
    const stack = await startLocalStack({ ...chosen, watch: true });
    const { wsUrl, httpUrl, managementUrl, issuer, consoleUrl, engine } = stack;
    print(`${JSON.stringify({ ready: true, wsUrl, httpUrl, managementUrl, issuer, consoleUrl, engine })}\n`);
    await stopping;
    await stack.stop();
  } catch (error) {
    console.error(error instanceof CannotStart ? error.message : error);
    process.exitCode = 1;
  }
}

/** npm runs a script below a shell, which dies of a signal without passing it on, and npm itself may be killed. */
function onOrphaned(stop: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 500).unref();
}

function giveUpLater(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, maxStopMs).unref());
}

function chosenOptions() {
  try {
    const { values } = readOptions('dev', {
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        memory: { type: 'boolean' },
        completions: { type: 'boolean' },
        stage: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      print(usage);
      return undefined;
    }
    const port = Number(values.port ?? defaultPort);
    if (!/^\d+$/.test(values.port ?? '0') || port > 65_535) {
      throw new WrongUsage('--port must be a whole number from 0 to 65535. See npm run dev -- --help.');
    }
    if (values.data === '') throw new WrongUsage('--data must name a folder. See npm run dev -- --help.');
    return {
      port,
      ...(values.data === undefined ? {} : { dataDir: resolve(values.data) }),
      ...(values.memory ? { memory: true } : {}),
      ...(values.completions ? { completions: true } : {}),
      ...(values.stage === undefined ? {} : { stage: values.stage }),
    };
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return undefined;
  }
}
